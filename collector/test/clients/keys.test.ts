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

test(
  'a trace sent without a key, with a false one or with one that only reads is not kept',
  async () => {
    const url = `${collector.http}/v1/traces`;
    const refused = [
      await send('proto', url, {}),
      await send('http', url, { authorization: `Bearer nv_test_${'x'.repeat(32)}` }),
      await send('http', url, { authorization: `Bearer ${readKey}` }),
      await send('grpc', `http://${collector.grpc}`, {}),
    ];
    const taken = await send('proto', url, { authorization: `Bearer ${ingestKey}` });

    // The one that was sent last is there, so the ones before it would be.
    expect(await readUntilThere(taken.traceId)).toMatchObject({ trace: { trace_id: taken.traceId } });
    const statuses = await Promise.all(refused.map(async ({ traceId }) => (await readWith(readKey, traceId)).status));
    expect(statuses).toEqual([404, 404, 404, 404]);
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
