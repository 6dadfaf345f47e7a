import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import type { SentIds } from './expected-trace.js';
import { programs, runProgram } from './run-program.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SENDER = join(programs, 'javascript', 'send.js');
const SUITE_TIMEOUT_MILLIS = 60_000;
const VISIBLE_WITHIN_MILLIS = 5_000;
const ASK_EVERY_MILLIS = 25;

let dataDir = '';
let collector: CollectorProcess;
let ingestKey = '';
let readKey = '';

/** A key as the command prints it, made while nothing runs on the directory. */
const createKey = async (project: string, role: 'ingest' | 'read'): Promise<string> => {
  const scope = ['--project', project, '--env', 'test', '--role', role];
  const key = (await runProgram(process.execPath, [MAIN, 'keys', 'create', ...scope, '--data-dir', dataDir])).trim();
  expect(key).toMatch(/^nv_test_[A-Za-z0-9]{32}$/);
  return key;
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'noveum-clients-keys-'));
  await chmod(dataDir, 0o700);
  ingestKey = await createKey('shop', 'ingest');
  readKey = await createKey('shop', 'read');
  collector = await startCollectorProcess({ dataDir });
}, SUITE_TIMEOUT_MILLIS);

afterAll(async () => {
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Sends with headers given as a deployment gives them: through OpenTelemetry's own variable. */
const send = async (kind: string, url: string, headers: Readonly<Record<string, string>>): Promise<SentIds> => {
  const listed = Object.entries(headers).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const env = { OTEL_EXPORTER_OTLP_HEADERS: listed.join(',') };
  return JSON.parse(await runProgram(process.execPath, [SENDER, kind, url, 'gzip'], { env })) as SentIds;
};

const readWith = (key: string, traceId: string): Promise<Response> =>
  fetch(`${collector.http}/v1/traces/${traceId}`, { headers: { authorization: `Bearer ${key}` } });

const readUntilThere = async (traceId: string): Promise<unknown> => {
  const deadline = Date.now() + VISIBLE_WITHIN_MILLIS;
  for (;;) {
    const response = await readWith(readKey, traceId);
    const body: unknown = await response.json();
    if (response.status === 200 || Date.now() > deadline) return body;
    await pause(ASK_EVERY_MILLIS);
  }
};

const countTraces = async (): Promise<number> => {
  const response = await fetch(`${collector.http}/v1/traces`, { headers: { authorization: `Bearer ${readKey}` } });
  return ((await response.json()) as { readonly traces: readonly unknown[] }).traces.length;
};

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

test.each([
  ['Bearer over HTTP with JSON', 'http', '/v1/traces', () => ({ authorization: `Bearer ${ingestKey}` })],
  ['Bearer over HTTP with protobuf', 'proto', '/api/v1/traces', () => ({ authorization: `Bearer ${ingestKey}` })],
  ['x-api-key over HTTP with protobuf', 'proto', '/v1/traces', () => ({ 'x-api-key': ingestKey })],
  [
    "Basic at Langfuse's path with JSON",
    'http',
    '/api/public/otel/v1/traces',
    () => ({ authorization: basic('pk-public', ingestKey), 'x-langfuse-sdk-name': 'javascript' }),
  ],
  [
    "Basic at Langfuse's path with protobuf",
    'proto',
    '/api/public/otel/v1/traces',
    () => ({ authorization: basic('pk-public', ingestKey) }),
  ],
  ['Bearer over gRPC', 'grpc', null, () => ({ authorization: `Bearer ${ingestKey}` })],
] as const)(
  "a trace sent with a key of the command as %s lands in the key's project",
  async (_name, kind, path, headers) => {
    const url = path === null ? `http://${collector.grpc}` : `${collector.http}${path}`;
    const { traceId, rootId, callId } = await send(kind, url, headers());

    expect(await readUntilThere(traceId)).toMatchObject({
      trace: {
        trace_id: traceId,
        project: 'shop',
        environment: 'test',
        spans: [
          { span_id: rootId, parent_span_id: null, name: 'invoke_agent planner' },
          { span_id: callId, parent_span_id: rootId, name: 'chat gpt-4o' },
        ],
      },
    });
  },
  SUITE_TIMEOUT_MILLIS,
);

test.each([
  ['none over HTTP', 'proto', () => ({}), /code: 401/],
  ['a false one', 'http', () => ({ authorization: `Bearer nv_test_${'x'.repeat(32)}` }), /code: 401/],
  ['one that only reads', 'http', () => ({ authorization: `Bearer ${readKey}` }), /code: 403/],
  ['none over gRPC', 'grpc', () => ({}), /UNAUTHENTICATED/],
] as const)(
  'the exporter of a sender with a wrong key (%s) is told, and nothing is kept',
  async (_name, kind, headers, told) => {
    const before = await countTraces();
    const url = kind === 'grpc' ? `http://${collector.grpc}` : `${collector.http}/v1/traces`;
    await expect(send(kind, url, headers())).rejects.toThrow(told);

    // What is sent after it is there, so what came before it would be.
    const { traceId } = await send('proto', `${collector.http}/v1/traces`, { 'x-api-key': ingestKey });
    await readUntilThere(traceId);
    expect(await countTraces()).toBe(before + 1);
  },
  SUITE_TIMEOUT_MILLIS,
);

test(
  'what a key may not read is not shown to it',
  async () => {
    const { traceId } = await send('proto', `${collector.http}/v1/traces`, { 'x-api-key': ingestKey });
    await readUntilThere(traceId);

    expect((await readWith(ingestKey, traceId)).status).toBe(403);
    expect((await fetch(`${collector.http}/v1/traces/${traceId}`)).status).toBe(401);
  },
  SUITE_TIMEOUT_MILLIS,
);
