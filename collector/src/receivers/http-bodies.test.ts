import { once } from 'node:events';
import { type ClientRequest, request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

import { JSON_TYPE, nativeTrace, otlpJson, otlpProtobuf, PROTOBUF_TYPE } from './contract/bodies.js';
import { decodingIngest, type RunningReceiver, startReceiver } from './contract/running-receiver.js';

const running: RunningReceiver[] = [];
const start: typeof startReceiver = async (options) => {
  const receiver = await startReceiver(options);
  running.push(receiver);
  return receiver;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((receiver) => receiver.close(0)));
});

const KIB = 1024;
const head = (...headers: string[]) =>
  ['POST /v1/traces HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', ...headers, '', ''].join('\r\n');

const untilClosed = async (socket: Socket): Promise<string> => {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
};

const untilText = (socket: Socket, wanted: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (wanted.test(text)) resolve(text);
    });
    socket.on('close', () => {
      reject(new Error(`closed after: ${text}`));
    });
  });

/** Resolves at the turn of the event loop at which `condition` holds. */
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

const chunked = (port: number): ClientRequest =>
  httpRequest({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers: JSON_TYPE, agent: false });

describe('the size of one body', () => {
  test('a body as large as the limit is taken, one byte more is refused before it is sent', async () => {
    const body = otlpJson();
    const atLimit = await start({ bodyBytes: body.length });
    expect((await atLimit.send('/v1/traces', { headers: JSON_TYPE, body })).status).toBe(200);
    const below = await start({ bodyBytes: body.length - 1 });
    const socket = await below.dial();
    socket.write(head(`Content-Length: ${String(body.length)}`));
    expect(await untilText(socket, /\r\n\r\n.+}/s)).toMatch(/^HTTP\/1.1 413 .*PAYLOAD_TOO_LARGE/s);
    socket.destroy();
  });

  test.each([1000, 100 * KIB])(
    'a chunked body over a limit of %i bytes is refused as it arrives',
    async (bodyBytes) => {
      const receiver = await start({ bodyBytes });
      const request = chunked(receiver.port);
      request.write(Buffer.alloc(bodyBytes, ' '));
      request.write(' ');
      const [response] = (await once(request, 'response')) as [{ statusCode: number }];
      expect(response.statusCode).toBe(413);
      request.destroy();
      expect(receiver.received).toHaveLength(0);
    },
  );

  test('a chunked body that grows over many reads arrives whole', async () => {
    const receiver = await start();
    const name = 'n'.repeat(300 * KIB);
    const request = chunked(receiver.port);
    const text = JSON.stringify({ resourceSpans: [], padding: name });
    for (let at = 0; at < text.length; at += 7 * KIB) request.write(text.slice(at, at + 7 * KIB));
    request.end();
    const [response] = (await once(request, 'response')) as [{ statusCode: number; resume: () => void }];
    response.resume();
    expect(response.statusCode).toBe(200);
    expect(receiver.received[0]?.bytes.toString()).toBe(text);
  });

  test('a gzip bomb is a 413 in the words of its sender', async () => {
    const receiver = await start();
    const body = gzipSync(Buffer.alloc(2 * 1024 * KIB, 'x'));
    const reply = await receiver.send('/v1/traces', {
      headers: { ...PROTOBUF_TYPE, 'content-encoding': 'gzip' },
      body,
    });
    expect(reply.status).toBe(413);
    expect(reply.headers['content-type']).toBe('application/x-protobuf');
  });

  test('who sends on after a refusal reads the answer, and may use the connection again', async () => {
    const receiver = await start({ bodyBytes: 1000 });
    const socket = await receiver.dial();
    socket.write(head('Content-Length: 200000'));
    await untilText(socket, /413/);
    socket.write(' '.repeat(200_000));
    const body = otlpJson();
    socket.write(head(`Content-Length: ${String(body.length)}`) + body);
    expect(await untilText(socket, /partialSuccess/)).toContain('200 OK');
    socket.destroy();
  });
});

describe('bytes in flight', () => {
  /** An ingest that holds every request until it is let go. */
  const holding = () => {
    const decode = decodingIngest();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    return { ingest: (request: Parameters<typeof decode>[0]) => gate.then(() => decode(request)), release };
  };

  test('up to the bound all are taken, over it a sender is told to come again, and then is taken', async () => {
    const { ingest, release } = holding();
    const body = otlpProtobuf();
    const receiver = await start({ ingest, inFlightBytes: body.length * 3 });
    const sent = { headers: PROTOBUF_TYPE, body };
    const held = [1, 2, 3].map(() => receiver.send('/v1/traces', sent));
    await until(() => receiver.received.length === 3);
    expect(receiver.inFlight.bytes()).toBe(body.length * 3);

    const refused = await receiver.send('/v1/traces', sent);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    // google.rpc.Status with UNAVAILABLE and a RetryInfo
    expect(refused.bytes.subarray(0, 2)).toEqual(Buffer.from([0x08, 14]));
    expect(refused.bytes.toString('latin1')).toContain('type.googleapis.com/google.rpc.RetryInfo');

    release();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(receiver.inFlight.bytes()).toBe(0);
    expect((await receiver.send('/v1/traces', sent)).status).toBe(200);
  });

  test('the unpacked copy counts', async () => {
    const { ingest, release } = holding();
    const packed = gzipSync(Buffer.alloc(60 * KIB, ' '));
    const receiver = await start({ ingest, inFlightBytes: 100 * KIB });
    const sent = { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: packed };
    const first = receiver.send('/v1/traces', sent);
    await until(() => receiver.received.length === 1);
    expect(receiver.inFlight.bytes()).toBe(60 * KIB + packed.length);
    expect((await receiver.send('/v1/traces', sent)).status).toBe(503);
    release();
    expect((await first).status).toBe(400);
    expect(receiver.inFlight.bytes()).toBe(0);
  });

  test('a body whose copy alone would pass the bound is worked on by itself', async () => {
    const receiver = await start({ inFlightBytes: 10 * KIB });
    const body = gzipSync(otlpJson().padEnd(60 * KIB));
    const reply = await receiver.send('/v1/traces', { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body });
    expect(reply.status).toBe(200);
  });

  test('a chunked body that would pass the bound is refused as it grows', async () => {
    const receiver = await start({ inFlightBytes: 100 * KIB });
    const request = chunked(receiver.port);
    request.write(Buffer.alloc(120 * KIB, ' '));
    const [response] = (await once(request, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(503);
    request.destroy();
    expect(receiver.inFlight.bytes()).toBe(0);
  });

  test('an upload that is broken off gives back what it had reserved', async () => {
    const receiver = await start();
    const socket = await receiver.dial();
    socket.write(`${head('Content-Length: 5000000')}{"resource`);
    await until(() => receiver.inFlight.bytes() === 5_000_000);
    socket.destroy();
    await until(() => receiver.inFlight.bytes() === 0);
    expect([receiver.received, receiver.observed]).toEqual([[], []]);
  });

  test('a sender that leaves while its key is looked up holds nothing', async () => {
    let allow = (): void => undefined;
    const asked = new Promise<void>((resolve) => (allow = resolve));
    let isAsked = false;
    const receiver = await start({
      authorise: async () => {
        isAsked = true;
        await asked;
        return { status: 'allowed', principal: { project: null, environment: null, role: 'ingest', keyId: null } };
      },
    });
    const socket = await receiver.dial();
    socket.write(head('Content-Length: 5000'));
    await until(() => isAsked);
    socket.destroy();
    await once(socket, 'close');
    const other = await receiver.dial();
    other.destroy();
    await once(other, 'close');
    allow();
    await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.inFlight.bytes()).toBe(0);
  });
});

describe('slow senders', () => {
  let dripping: NodeJS.Timeout | undefined;
  afterEach(() => {
    clearInterval(dripping);
  });
  const drip = (socket: Socket, text: string): void => {
    dripping = setInterval(() => socket.write(text), 20);
  };
  /** A byte that comes after the end is answered with a reset, which may overtake the answer. */
  const CUT_OFF = /^(HTTP\/1.1 408 |ECONNRESET$|EPIPE$)/;
  const untilCutOff = (socket: Socket): Promise<string | undefined> =>
    untilClosed(socket).catch((error: unknown) => (error as { code?: string }).code);

  test('a body of which nothing comes is given up, and its bytes are free', async () => {
    const receiver = await start({ headerTimeoutMillis: 100 });
    const socket = await receiver.dial();
    socket.write(`${head('Content-Length: 5000')}{"a`);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1.1 408 /);
    expect(receiver.inFlight.bytes()).toBe(0);
  });

  test('a body that drips is cut off at the time that a request may take', async () => {
    const receiver = await start({ headerTimeoutMillis: 100, requestTimeoutMillis: 200 });
    const socket = await receiver.dial();
    socket.write(head('Content-Length: 5000'));
    drip(socket, '{');
    expect(await untilCutOff(socket)).toMatch(CUT_OFF);
    expect(receiver.inFlight.bytes()).toBe(0);
  });

  test('headers that drip are cut off', async () => {
    const receiver = await start({ headerTimeoutMillis: 100 });
    const socket = await receiver.dial();
    socket.write('POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nX-A: ');
    drip(socket, 'a');
    expect(await untilCutOff(socket)).toMatch(CUT_OFF);
  });
});

describe('Expect: 100-continue', () => {
  const ask = async (receiver: RunningReceiver, length: number): Promise<Socket> => {
    const socket = await receiver.dial();
    socket.write(head(`Content-Length: ${String(length)}`, 'Expect: 100-continue'));
    return socket;
  };

  test('who would be taken is told to go on', async () => {
    const receiver = await start();
    const body = otlpJson();
    const socket = await ask(receiver, body.length);
    expect(await untilText(socket, /\r\n\r\n/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body);
    expect(await untilText(socket, /partialSuccess/)).toMatch(/^HTTP\/1.1 200 /);
    socket.destroy();
  });

  test('who would be refused is told so at once', async () => {
    const receiver = await start({ bodyBytes: 10 });
    const socket = await ask(receiver, 100);
    expect(await untilText(socket, /}/)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });
});

describe('refusals of others', () => {
  test.each([
    ['UNAUTHORIZED', 401, {}],
    ['FORBIDDEN', 403, {}],
    ['RATE_LIMITED', 429, { retryAfterSeconds: 7 }],
    ['QUOTA_EXCEEDED', 429, { retryAfterSeconds: 3600 }],
  ] as const)('%s by access is a %i before the body is read', async (code, status, more) => {
    const receiver = await start({
      authorise: () => Promise.resolve({ status: 'denied', code, message: 'not so', ...more }),
    });
    const reply = await receiver.send('/v1/trace', { headers: JSON_TYPE, body: JSON.stringify(nativeTrace()) });
    expect(reply.status).toBe(status);
    expect(reply.json()).toMatchObject({ success: false, error: { code, message: 'not so' }, message: 'not so' });
    expect(reply.headers['retry-after']).toBe('retryAfterSeconds' in more ? String(more.retryAfterSeconds) : undefined);
    expect(reply.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
    expect(receiver.received).toHaveLength(0);
    expect(receiver.observed).toMatchObject([{ code, refusedByKind: [code.toLowerCase()] }]);
  });

  test('a full journal is a 503 with Retry-After', async () => {
    const receiver = await start({
      ingest: () => Promise.resolve({ status: 'unavailable', retryAfterSeconds: 4, reason: 'the journal is full' }),
    });
    const reply = await receiver.send('/v1/traces', { headers: JSON_TYPE, body: otlpJson() });
    expect([reply.status, reply.headers['retry-after'], reply.json()]).toEqual([
      503,
      '4',
      { code: 14, message: 'the journal is full' },
    ]);
  });

  test.each(['authorise', 'ingest'])(
    'a fault in %s is a 503, never a 500, and nothing stays in flight',
    async (part) => {
      const receiver = await start({ [part]: () => Promise.reject(new Error('fault')) });
      const reply = await receiver.send('/v1/traces', { headers: JSON_TYPE, body: otlpJson() });
      expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1']);
      expect(reply.bytes.toString()).not.toContain('fault');
      expect(receiver.inFlight.bytes()).toBe(0);
    },
  );
});

describe('web pages', () => {
  const origin = 'https://app.example.com';
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  };

  test('those of a named origin may call and read the answer', async () => {
    const receiver = await start({ allowOrigins: [origin] });
    const asked = await receiver.send('/v1/traces', preflight);
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': 'authorization,content-type',
      vary: 'origin',
    });
    const reply = await receiver.send('/v1/traces', { headers: { ...JSON_TYPE, origin }, body: otlpJson() });
    expect([reply.status, reply.headers['access-control-allow-origin']]).toEqual([200, origin]);
  });

  test.each([[[]], [['https://other.example.com']]])('with %j named, no other may', async (allowOrigins) => {
    const receiver = await start({ allowOrigins });
    const asked = await receiver.send('/v1/traces', preflight);
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([405, undefined]);
  });
});

test('closing waits for what is under way, and for no connection that is merely kept alive', async () => {
  const decode = decodingIngest();
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const receiver = await start({ ingest: (request) => gate.then(() => decode(request)) });
  const socket = await receiver.dial();
  const body = otlpJson();
  socket.write(head(`Content-Length: ${String(body.length)}`) + body);
  await until(() => receiver.received.length === 1);
  const text = untilClosed(socket);
  const closed = receiver.close(20_000);
  release();
  await closed;
  expect(await text).toContain('200 OK');
});
