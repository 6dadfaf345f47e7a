import { connect } from 'node:net';
import { once } from 'node:events';

import { type Described, described, problemsOf } from './described.js';
import {
  type Answer,
  ask,
  type Asked,
  BODY_BYTES,
  type DescribedServer,
  startDescribedServer,
} from './described-server.js';

const SUITE_MILLIS = 120_000;
const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/x-protobuf';

const sending = described.filter(({ operation }) => operation['x-role'] === 'ingest');
const rows: [string, Described][] = sending.map((one) => [`${one.method} ${one.path}`, one]);
const takes = ({ operation }: Described, type: string): boolean => operation.requestBody?.content[type] !== undefined;

let server: DescribedServer;
beforeAll(async () => {
  server = await startDescribedServer();
}, SUITE_MILLIS);
afterAll(() => server.stop());

const send = ({ path }: Described, body: Asked['body'], type = JSON_TYPE, key: string | null = server.keys.ingest) =>
  ask(`${server.http}${path}`, {
    method: 'POST',
    headers: { 'content-type': type, ...(key === null ? {} : { 'x-api-key': key }) },
    ...(body === undefined ? {} : { body }),
  });

const exampleOf = ({ operation }: Described): string =>
  JSON.stringify(operation.requestBody?.content[JSON_TYPE]?.example);

/** Begins a request and stops in the middle of its body. */
const stall = async ({ path }: Described, declaredBytes: number): Promise<() => Promise<Answer>> => {
  const socket = connect(server.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: ${JSON_TYPE}\r\nx-api-key: ${server.keys.ingest}\r\n` +
      `content-length: ${String(declaredBytes)}\r\nexpect: 100-continue\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.write('{'.padEnd(declaredBytes - 1));
  return async () => {
    if (!socket.closed) await once(socket, 'close');
    const text = Buffer.concat(chunks).toString().replace('HTTP/1.1 100 Continue\r\n\r\n', '');
    const [head = '', body = ''] = text.split('\r\n\r\n');
    return {
      status: Number(head.split(' ')[1]),
      headers: {},
      contentType: /^content-type: (.*)$/im.exec(head)?.[1] ?? '',
      body: Buffer.from(body),
    };
  };
};

describe.each(rows)('%s', (_name, one) => {
  const expectAnswer = (answer: Answer, status: number): void => {
    expect([answer.status, problemsOf(one, answer)]).toEqual([status, []]);
  };

  test('takes its example, as described', async () => {
    expectAnswer(await send(one, exampleOf(one)), 200);
  });

  test('takes protobuf where it says so', async () => {
    const answer = await send(one, new Uint8Array(0), PROTOBUF);
    expectAnswer(answer, takes(one, PROTOBUF) ? 200 : 415);
    if (takes(one, PROTOBUF)) expectAnswer(await send(one, Buffer.from('broken'), PROTOBUF), path400(one));
  });

  test('refuses as described', async () => {
    expectAnswer(await send(one, exampleOf(one), JSON_TYPE, null), 401);
    expectAnswer(await send(one, exampleOf(one), JSON_TYPE, server.keys.read), 403);
    expectAnswer(await send(one, 'x'.repeat(BODY_BYTES + 1)), 413);
    expectAnswer(await send(one, exampleOf(one), 'text/plain'), 415);
    expectAnswer(
      await ask(`${server.http}${one.path}`, {
        method: 'POST',
        headers: { 'content-type': JSON_TYPE, 'x-api-key': server.keys.ingest, 'content-digest': 'sha-256=:AAAA:' },
        body: exampleOf(one),
      }),
      400,
    );
    if (!one.path.endsWith('/metrics')) expectAnswer(await send(one, '{"traces":'), 400);
  });

  test('tells who sends too much at once to come back, and gives up who stops in between', async () => {
    const stalled = await stall(one, BODY_BYTES);
    const busy = await send(one, exampleOf(one).padEnd(BODY_BYTES / 2));
    expectAnswer(busy, 503);
    expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0);
    expectAnswer(await stalled(), 408);
  });
});

/** Metrics are answered unread. */
const path400 = ({ path }: Described): number => (path.endsWith('/metrics') ? 200 : 400);

test('each refusal that is described is one of those above', () => {
  const told = new Set(sending.flatMap(({ operation }) => operation['x-error-codes'] ?? []));
  expect([...told].sort()).toEqual([
    'FORBIDDEN',
    'PAYLOAD_TOO_LARGE',
    'STORE_UNAVAILABLE',
    'UNAUTHORIZED',
    'UNSUPPORTED_MEDIA_TYPE',
    'VALIDATION_ERROR',
  ]);
});

test('a native batch that is taken in part, and one that is refused whole, are told as described', async () => {
  const one = sending.find(({ path }) => path === '/v1/traces') as Described;
  const good = { trace_id: 'good', name: 'good', start_time: '2026-11-20T12:00:00Z' };
  const unnamed = { trace_id: 'bad', start_time: '2026-11-20T12:00:00Z' };
  const { trace_id: _id, ...withoutId } = good;
  for (const [traces, status] of [
    [[good, unnamed, withoutId], 200],
    [[unnamed, {}], 400],
    [[], 200],
  ] as const) {
    const answer = await send(one, JSON.stringify({ traces }));
    expect([answer.status, problemsOf(one, answer)]).toEqual([status, []]);
  }
});
