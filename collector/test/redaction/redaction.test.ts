import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { Client, credentials } from '@grpc/grpc-js';
import { createRedactor } from 'noveum-proto/redaction';

import { searchFiles } from '../erase/search-files.js';
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';
import { CARD_NUMBER, MARKERS, PLANTED, SECRETS } from './secrets.js';
import { logsJson, logsProtobuf, nativeTrace, type Planted, spansJson, spansProtobuf } from './sent.js';

const SALT = 'a salt that tests have';
const RULES = `
redaction:
  - project: [shut, shut-too]
    actions: { email: hash, card: keep-last-4 }
    salt: ${SALT}
    allow: { emailDomains: [allowed.example.com] }
    patterns: [{ name: employee_id, pattern: 'EMP-[0-9]{4}' }]
    attributes: { app.secret: drop }
`;

let directory = '';
let collector: CollectorProcess;

const start = () =>
  startCollectorProcess({ dataDir: join(directory, 'data'), args: ['--config', join(directory, 'config.yaml')] });

const until = async <T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> => {
  const end = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(seen)}\n${collector.log()}`);
    await delay(100);
  }
};

const get = async (path: string): Promise<string> => (await fetch(collector.http + path)).text();

const post = async (path: string, type: string, body: string | Buffer, encoding?: string): Promise<void> => {
  const headers = { 'content-type': type, ...(encoding === undefined ? {} : { 'content-encoding': encoding }) };
  const answer = await fetch(collector.http + path, { method: 'POST', headers, body });
  const text = await answer.text();
  expect({ status: answer.status, text }).toMatchObject({ status: 200 });
  expect(MARKERS.filter((marker) => text.includes(marker))).toEqual([]);
};

const byGrpc = (method: string, body: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const client = new Client(collector.grpc, credentials.createInsecure());
    const asItIs = (bytes: Buffer): Buffer => bytes;
    client.makeUnaryRequest(method, asItIs, asItIs, body, (error) => {
      client.close();
      if (error === null) resolve();
      else reject(error);
    });
  });

const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/x-protobuf';
const FILLER = 'filler '.repeat(60_000);

/** Each takes what is planted by a way of its own. */
const WAYS: Readonly<Record<string, (planted: Planted) => Promise<void>>> = {
  'OTLP protobuf': (planted) => post('/v1/traces', PROTOBUF, spansProtobuf(planted)),
  'OTLP protobuf packed': (planted) => post('/v1/traces', PROTOBUF, gzipSync(spansProtobuf(planted)), 'gzip'),
  'OTLP protobuf, large': (planted) => post('/v1/traces', PROTOBUF, spansProtobuf({ ...planted, filler: FILLER })),
  'OTLP JSON': (planted) => post('/v1/traces', JSON_TYPE, JSON.stringify(spansJson(planted))),
  gRPC: (planted) => byGrpc('/opentelemetry.proto.collector.trace.v1.TraceService/Export', spansProtobuf(planted)),
  'a native batch': (planted) =>
    post('/v1/traces', JSON_TYPE, JSON.stringify({ traces: [nativeTrace(planted), { bad: planted.text }] })),
  'a native batch, large': (planted) =>
    post('/v1/traces', JSON_TYPE, JSON.stringify({ traces: [nativeTrace({ ...planted, filler: FILLER })] })),
  'a native trace': (planted) => post('/v1/trace', JSON_TYPE, JSON.stringify(nativeTrace(planted))),
  'an envelope': (planted) => {
    const data = gzipSync(JSON.stringify({ traces: [nativeTrace(planted)] })).toString('base64');
    return post('/v1/traces', JSON_TYPE, JSON.stringify({ compressed: true, data }));
  },
  'logs as JSON': (planted) => post('/v1/logs', JSON_TYPE, JSON.stringify(logsJson(planted))),
  'logs as protobuf': (planted) => post('/v1/logs', PROTOBUF, logsProtobuf(planted)),
  'logs by gRPC': (planted) =>
    byGrpc('/opentelemetry.proto.collector.logs.v1.LogsService/Export', logsProtobuf(planted)),
};
const NAMES = Object.keys(WAYS);

const traceIdOf = (way: number, project: string): string =>
  `${project === 'open' ? 'cc' : 'aa'}${way.toString(16).padStart(30, '0')}`;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-redaction-'));
  await writeFile(join(directory, 'config.yaml'), RULES);
  collector = await start();
});

afterEach(async () => {
  await collector.stop();
  await rm(directory, { recursive: true, force: true });
});

const answersOf = async (project: string): Promise<string> => {
  const paths = NAMES.flatMap((_, way) =>
    ['', '?format=otlp'].map((form) => `/v1/traces/${traceIdOf(way, project)}${form}`),
  );
  const lists = [`/v1/traces?project=${project}&include=spans&limit=1000`, `/v1/traces?project=${project}&q=zebra`];
  return (await Promise.all([...paths, ...lists].map(get))).join('\n');
};

const storedTraces = (project: string) => async (): Promise<number> =>
  (JSON.parse(await get(`/v1/traces?project=${project}&limit=1000`)) as { traces: unknown[] }).traces.length;

const dataDir = (): string => join(directory, 'data');
const foundInFiles = () => searchFiles(dataDir(), MARKERS);

test('a planted secret is in no file and no answer, by whichever way it came, before and after a crash', async () => {
  for (const [way, name] of NAMES.entries())
    await WAYS[name]?.({ project: 'shut', traceId: traceIdOf(way, 'shut'), text: PLANTED });
  // Acknowledged, and perhaps in the journal only.
  await collector.kill();
  expect(foundInFiles()).toEqual({});

  collector = await start();
  await until(storedTraces('shut'), (count) => count === NAMES.length);
  const answers = await answersOf('shut');
  expect(MARKERS.filter((marker) => answers.includes(marker))).toEqual([]);
  expect(answers).not.toContain('left out by a rule');
  expect(foundInFiles()).toEqual({});

  const { text } = createRedactor({ action: 'hash', salt: SALT });
  expect(answers).toContain(text(SECRETS.email));
  expect(answers).toContain('[EMPLOYEE_ID]');
  expect(MARKERS.filter((marker) => collector.log().includes(marker))).toEqual([]);
});

test('what another project sends stays as it came, even in the same request; counts are told', async () => {
  const text = `${PLANTED} and boss@allowed.example.com`;
  for (const [way, name] of NAMES.entries())
    await WAYS[name]?.({ project: 'open', traceId: traceIdOf(way, 'open'), text });
  const shut = { project: 'shut-too', traceId: traceIdOf(0, 'shut'), text };
  const both = {
    resourceSpans: [
      ...spansJson({ project: 'open', traceId: 'ee'.padEnd(32, '0'), text }).resourceSpans,
      ...spansJson(shut).resourceSpans,
    ],
  };
  await post('/v1/traces', JSON_TYPE, JSON.stringify(both));
  await until(storedTraces('open'), (count) => count === NAMES.length + 1);
  await until(storedTraces('shut-too'), (count) => count === 1);

  const bodyOf = async (traceId: string): Promise<string> => get(`/v1/traces/${traceId}`);
  const inJson = JSON.stringify(text).slice(1, -1);
  for (const way of NAMES.keys()) expect(await bodyOf(traceIdOf(way, 'open'))).toContain(inJson);
  expect(await bodyOf('ee'.padEnd(32, '0'))).toContain(inJson);
  const own = await bodyOf(shut.traceId);
  expect(MARKERS.filter((marker) => own.includes(marker))).toEqual([]);
  expect(own).toContain('boss@allowed.example.com');
  expect(own).toContain(String(CARD_NUMBER).slice(-4));

  const status = JSON.parse(await get('/v1/status')) as { redacted: Record<string, Record<string, number>> };
  expect(Object.keys(status.redacted)).toEqual(['shut-too']);
  for (const kind of Object.keys(SECRETS)) expect(status.redacted['shut-too']?.[kind]).toBeGreaterThan(0);
  expect(JSON.parse(await get('/v1/status?project=open'))).toMatchObject({ redacted: {} });
  expect(await get('/metrics')).toMatch(/noveum_redactions_total\{project="shut-too",kind="email"\} \d+/);
});
