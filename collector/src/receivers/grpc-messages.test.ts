import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type IncomingHttpHeaders } from 'node:http2';
import { connect as dial } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';

import { otlpProtobuf } from './contract/bodies.js';
import { ALLOWED, decodingIngest, NOW, type Seen } from './contract/running-receiver.js';
import { createBodyMemory, createInFlight, type GrpcReceiverOptions, startGrpcReceiver } from './index.js';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const MIB = 1024 * 1024;
const STATUS = { invalidArgument: '3', deadlineExceeded: '4', resourceExhausted: '8', unimplemented: '12' };
const UNAVAILABLE = '14';

const opened: { readonly close: () => unknown }[] = [];
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close();
});

/** A receiver, and a connection to it on which a test writes HTTP/2 by hand. */
const start = async (changed: Partial<GrpcReceiverOptions> = {}) => {
  const observed: Seen[] = [];
  const inFlight = changed.inFlight ?? createInFlight(128 * MIB);
  const receiver = await startGrpcReceiver({
    host: '127.0.0.1',
    port: 0,
    authorise: () => Promise.resolve(ALLOWED),
    ingest: decodingIngest(),
    messageBytes: 16 * MIB,
    requestTimeoutMillis: 30_000,
    headerTimeoutMillis: 10_000,
    memory: createBodyMemory(),
    tls: null,
    observe: (seen) => observed.push(seen),
    now: () => NOW,
    ...changed,
    inFlight,
  });
  opened.push({ close: () => receiver.close(0) });
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${String(receiver.port)}`);
  opened.push({
    close: () => {
      session.destroy();
    },
  });
  const open = (headers: IncomingHttpHeaders = {}): ClientHttp2Stream =>
    session
      .request(
        { ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', ...headers },
        { endStream: false },
      )
      .on('error', () => undefined);
  return { open, observed, inFlight, receiver, session };
};

const prefixOf = (length: number, isPacked = false): Buffer => {
  const prefix = Buffer.from([isPacked ? 1 : 0, 0, 0, 0, 0]);
  prefix.writeUInt32BE(length, 1);
  return prefix;
};
const framed = (message: Buffer, isPacked = false): Buffer =>
  Buffer.concat([prefixOf(message.length, isPacked), message]);

/** The headers of the answer and, where a message came, the trailers. */
const answerOf = async (stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> => {
  const trailers = new Promise<IncomingHttpHeaders>((resolve) => stream.once('trailers', resolve));
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  stream.resume();
  return headers['grpc-status'] === undefined && Number(headers[':status']) === 200
    ? { ...headers, ...(await trailers) }
    : headers;
};

const sent = async (stream: ClientHttp2Stream, bytes: Buffer): Promise<IncomingHttpHeaders> => {
  stream.end(bytes);
  return answerOf(stream);
};

/** Resolves at the turn of the event loop at which `condition` holds. */
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

test('a message as large as the limit is taken; of one byte more the length alone is refused', async () => {
  const body = otlpProtobuf();
  const { open, observed } = await start({ messageBytes: body.length });
  expect(await sent(open(), framed(body))).toMatchObject({ 'grpc-status': '0' });
  const beyond = open();
  beyond.write(prefixOf(body.length + 1));
  expect(await answerOf(beyond)).toMatchObject({ 'grpc-status': STATUS.resourceExhausted });
  expect(observed).toMatchObject([
    { code: 'OK', bytes: body.length, refusedByKind: [] },
    { code: 'PAYLOAD_TOO_LARGE', bytes: 0, refusedByKind: ['payload_too_large'] },
  ]);
});

test('a message that no room is left for is refused before it comes, with RetryInfo, and room is made by others', async () => {
  const body = otlpProtobuf();
  const { open, inFlight, observed } = await start({ inFlight: createInFlight(body.length * 2 - 1) });
  const first = open();
  first.write(prefixOf(body.length));
  await until(() => inFlight.bytes() === body.length);
  const second = open();
  second.write(prefixOf(body.length));
  const answer = await answerOf(second);
  expect(answer['grpc-status']).toBe(UNAVAILABLE);
  expect(Buffer.from(String(answer['grpc-status-details-bin']), 'base64').toString('latin1')).toContain(
    'google.rpc.RetryInfo',
  );
  expect(observed).toMatchObject([{ code: 'STORE_UNAVAILABLE', refusedByKind: ['store_unavailable'] }]);

  expect(await sent(first, body)).toMatchObject({ 'grpc-status': '0' });
  expect(inFlight.bytes()).toBe(0);
  expect(await sent(open(), framed(body))).toMatchObject({ 'grpc-status': '0' });
});

test('the unpacked copy counts in flight, and is bounded as the message is', async () => {
  const packed = gzipSync(Buffer.alloc(60 * 1024));
  const { open } = await start({ inFlight: createInFlight(packed.length), messageBytes: 60 * 1024 });
  const gzip = { 'grpc-encoding': 'gzip' };
  // A copy that alone would pass the bound is worked on by itself; what is in it is no message of OTLP.
  expect(await sent(open(gzip), framed(packed, true))).toMatchObject({ 'grpc-status': STATUS.invalidArgument });
  const beyond = gzipSync(Buffer.alloc(60 * 1024 + 1)).subarray(0, packed.length);
  expect(beyond.length).toBe(packed.length);
  expect(await sent(open(gzip), framed(beyond, true))).toMatchObject({ 'grpc-status': STATUS.resourceExhausted });
});

test.each([
  ['in pieces', (bytes: Buffer) => [...bytes].map((byte) => Buffer.from([byte]))],
  ['at once', (bytes: Buffer) => [bytes]],
])('a message that comes %s is read whole', async (_how, cut) => {
  const { open, observed } = await start();
  const stream = open();
  for (const piece of cut(framed(otlpProtobuf()))) stream.write(piece);
  stream.end();
  expect(await answerOf(stream)).toMatchObject({ 'grpc-status': '0' });
  expect(observed).toMatchObject([{ code: 'OK', acceptedSpans: 1 }]);
});

test('deflate is unpacked, and an encoding that we lack is told with those that we have', async () => {
  const { open } = await start();
  const packed = framed(deflateSync(otlpProtobuf()), true);
  expect(await sent(open({ 'grpc-encoding': 'deflate' }), packed)).toMatchObject({ 'grpc-status': '0' });
  expect(await sent(open({ 'grpc-encoding': 'snappy' }), packed)).toMatchObject({
    'grpc-status': STATUS.unimplemented,
    'grpc-accept-encoding': 'identity,gzip,deflate',
  });
});

test.each([
  ['none', Buffer.alloc(0)],
  ['one cut short', framed(otlpProtobuf()).subarray(0, -1)],
  ['two', Buffer.concat([framed(otlpProtobuf()), framed(otlpProtobuf())])],
])('a call that holds %s is INVALID_ARGUMENT', async (_what, bytes) => {
  const { open, inFlight } = await start();
  expect(await sent(open(), bytes)).toMatchObject({ 'grpc-status': STATUS.invalidArgument });
  expect(inFlight.bytes()).toBe(0);
});

test.each([
  ['of which nothing more comes', { headerTimeoutMillis: 100 }],
  ['that takes too long', { requestTimeoutMillis: 100 }],
])('a message %s is given up, and its bytes are free', async (_what, limits) => {
  const { open, inFlight, observed } = await start(limits);
  const stream = open();
  stream.write(prefixOf(1000));
  expect(await answerOf(stream)).toMatchObject({ 'grpc-status': STATUS.deadlineExceeded });
  expect(observed).toMatchObject([{ code: 'REQUEST_TIMEOUT' }]);
  expect(inFlight.bytes()).toBe(0);
});

test('a call that is broken off gives back what it had reserved', async () => {
  const { open, inFlight, observed, session } = await start();
  open().write(prefixOf(5_000_000));
  await until(() => inFlight.bytes() === 5_000_000);
  session.destroy();
  await until(() => inFlight.bytes() === 0);
  expect(observed).toEqual([]);
});

test.each([
  [{ ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Other' }, { 'grpc-status': STATUS.unimplemented }],
  [{ ':path': '/toString' }, { 'grpc-status': STATUS.unimplemented }],
  [{ ':method': 'GET' }, { ':status': 405 }],
  [{ 'content-type': 'application/json' }, { ':status': 415 }],
])('%j is answered with %j', async (headers, expected) => {
  const { open } = await start();
  expect(await sent(open(headers), framed(otlpProtobuf()))).toMatchObject(expected);
});

test('who speaks no HTTP/2 is cut off, and the others are served on', async () => {
  const { open, receiver } = await start();
  const socket = dial(receiver.port, '127.0.0.1').on('error', () => undefined);
  socket.write('POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
  expect(await sent(open(), framed(otlpProtobuf()))).toMatchObject({ 'grpc-status': '0' });
});
