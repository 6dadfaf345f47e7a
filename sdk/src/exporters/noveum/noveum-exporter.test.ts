import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

import fc from 'fast-check';

import {
  answering,
  type AnsweringServer,
  type Answering,
  type Received,
  silent,
  startAnsweringServer,
} from '../../../test/support/answering-server.js';
import { batchOfSpans, spanIdOf, traceIdOf } from '../../../test/support/requests.js';
import { ConfigurationError } from '../../errors/index.js';
import {
  createNoveumExporter,
  createPack,
  type Exporter,
  type NoveumExporterOptions,
  packFor,
  systemClock,
} from '../index.js';
import { createNodeTransport, nodeGzip } from '../node/index.js';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

interface SentSpan {
  readonly span_id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}
interface SentTrace {
  readonly trace_id: string;
  readonly spans: readonly SentSpan[];
}

const tracesIn = ({ body, headers }: Received): readonly SentTrace[] => {
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  return (JSON.parse(text) as { traces: SentTrace[] }).traces;
};

const serve = async (...answers: [Answering, ...Answering[]]): Promise<AnsweringServer> => {
  const server = await startAnsweringServer(...answers);
  open.push(server);
  return server;
};

const optionsFor = (endpoint: string): NoveumExporterOptions => ({
  endpoint,
  transport: createNodeTransport({ url: endpoint }),
  pack: packFor(endpoint, nodeGzip),
  sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
  clock: systemClock,
});

const exporterTo = ({ port }: AnsweringServer, options: Partial<NoveumExporterOptions> = {}): Exporter => {
  const exporter = createNoveumExporter({ ...optionsFor(`http://127.0.0.1:${String(port)}/`), ...options });
  open.push(exporter);
  return exporter;
};

const TAKEN = answering(200, {}, '{"success":true}');
const text = (length: number): unknown => ({ key: 'llm.prompt', value: { stringValue: 'é'.repeat(length) } });

const batchOfTraces = (count: number, attributes: readonly unknown[] = []) =>
  batchOfSpans(
    Array.from({ length: count }, (_, at) => ({ traceId: traceIdOf(at), spanId: spanIdOf(at), attributes })),
  );

/** Takes bodies of so many bytes at most. */
const takingUpTo =
  (bytes: number): Answering =>
  (response, { body }) => {
    response.writeHead(body.length > bytes ? 413 : 200).end('{}');
  };

it('sends native JSON with a key and a digest of the body', async () => {
  const server = await serve(TAKEN);
  const exporter = exporterTo(server, {
    apiKey: 'nv_dev_x',
    headers: { 'x-team': 'a' },
    pack: createPack({ gzip: nodeGzip }),
  });
  expect(await exporter.export(batchOfTraces(2, [text(5000)]), never)).toEqual({ status: 'delivered' });
  const [got] = server.received;
  if (got === undefined) throw new Error('nothing came');
  expect(got.headers).toMatchObject({
    'content-type': 'application/json',
    'content-encoding': 'gzip',
    authorization: 'Bearer nv_dev_x',
    'x-team': 'a',
    'content-digest': `sha-256=:${createHash('sha256').update(got.body).digest('base64')}:`,
  });
  expect(tracesIn(got).map((trace) => [trace.trace_id, trace.spans.length])).toEqual([
    [traceIdOf(0), 1],
    [traceIdOf(1), 1],
  ]);
});

it('does not pack what stays on this machine', async () => {
  const server = await serve(TAKEN);
  await exporterTo(server).export(batchOfTraces(2, [text(5000)]), never);
  expect(server.received[0]?.headers['content-encoding']).toBeUndefined();
});

it('sends more traces in one request while answers are quick, at most 200', async () => {
  const server = await serve(TAKEN);
  expect(await exporterTo(server).export(batchOfTraces(700), never)).toEqual({ status: 'delivered' });
  expect(server.received.map((got) => tracesIn(got).length)).toEqual([10, 20, 40, 80, 160, 200, 190]);
});

it('sends half as many after a request that was too large or took too long', async () => {
  const server = await serve(TAKEN, TAKEN, answering(413), TAKEN, TAKEN, silent, TAKEN);
  const exporter = exporterTo(server, { timeoutMillis: 300 });
  const batch = batchOfTraces(140);
  expect(await exporter.export(batch, never)).toEqual({ status: 'retry', reason: 'timeout' });
  expect(await exporter.export(batch, never)).toEqual({ status: 'delivered' });
  // 40 are too large: 20 and 20; then 40 again, which take too long: 20 and 20, then what is left.
  expect(server.received.map((got) => tracesIn(got).length)).toEqual([10, 20, 40, 20, 20, 40, 20, 20, 30]);
});

it('does not send again what was taken before a fault', async () => {
  const server = await serve(TAKEN, answering(429, { 'retry-after': '3' }), TAKEN);
  const exporter = exporterTo(server);
  const batch = batchOfTraces(30);
  expect(await exporter.export(batch, never)).toEqual({ status: 'retry', reason: 'http_429', afterMillis: 3000 });
  expect(await exporter.export(batch, never)).toEqual({ status: 'delivered' });
  const ids = server.received.flatMap((got, turn) => (turn === 1 ? [] : tracesIn(got).map((trace) => trace.trace_id)));
  expect(ids.sort()).toEqual(Array.from({ length: 30 }, (_, at) => traceIdOf(at)).sort());
});

it.each([408, 500, 502, 503, 504])('may be tried again after %d', async (status) => {
  const server = await serve(answering(status));
  expect(await exporterTo(server).export(batchOfTraces(1), never)).toEqual({
    status: 'retry',
    reason: `http_${String(status)}`,
  });
});

it.each([400, 401, 403, 415])('is rejected for good by %d', async (status) => {
  const server = await serve(answering(status));
  expect(await exporterTo(server).export(batchOfTraces(3), never)).toEqual({
    status: 'rejected',
    rejectedSpans: 3,
    reason: `http_${String(status)}`,
  });
});

it('counts the spans of traces that the collector names as failed', async () => {
  const answer = JSON.stringify({ success: true, failed_traces: [{ trace_id: traceIdOf(1), error: 'x' }] });
  const server = await serve(answering(200, {}, answer));
  const batch = batchOfSpans([
    { traceId: traceIdOf(0), spanId: spanIdOf(1) },
    { traceId: traceIdOf(1), spanId: spanIdOf(2) },
    { traceId: traceIdOf(1), spanId: spanIdOf(3) },
  ]);
  expect(await exporterTo(server).export(batch, never)).toEqual({
    status: 'rejected',
    rejectedSpans: 2,
    reason: 'failed_traces',
  });
});

it('brings each span once through any limit of the body, its largest text cut where it alone is too large', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ trace: fc.nat(3), length: fc.constantFrom(0, 300, 3000, 60_000) }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.integer({ min: 3000, max: 50_000 }),
      async (spans, limit) => {
        const server = await startAnsweringServer(takingUpTo(limit));
        const exporter = exporterTo(server);
        const batch = batchOfSpans(
          spans.map(({ trace, length }, at) => ({
            traceId: traceIdOf(trace),
            spanId: spanIdOf(at),
            attributes: [text(length), { key: 'k', value: { stringValue: 'small' } }],
          })),
        );
        expect(await exporter.export(batch, never)).toEqual({ status: 'delivered' });
        const taken = server.received.filter(({ body }) => body.length <= limit);
        const got = taken.flatMap((each) => tracesIn(each).flatMap((trace) => trace.spans));
        expect(got.map((span) => span.span_id).sort()).toEqual(spans.map((_, at) => spanIdOf(at)).sort());
        for (const { attributes, span_id: id } of got) {
          const sent = 'é'.repeat(spans[Number.parseInt(id.slice(1), 16)]?.length ?? -1);
          const prompt = attributes['llm.prompt'] as string;
          expect(attributes.k).toBe('small');
          if (attributes['noveum.truncated'] === undefined) expect(prompt).toBe(sent);
          else {
            expect(attributes['noveum.truncated']).toEqual(['/attributes/llm.prompt']);
            expect(prompt).toMatch(/^é+…\[cut\]$/);
            expect(prompt.length).toBeLessThan(sent.length);
          }
        }
        await server.close();
      },
    ),
    { numRuns: 25 },
  );
});

it('gives a span up that is too large with nothing in it to cut', async () => {
  const server = await serve(takingUpTo(100));
  expect(await exporterTo(server).export(batchOfTraces(2, [text(3000)]), never)).toEqual({
    status: 'rejected',
    rejectedSpans: 2,
    reason: 'http_413',
  });
});

it('rejects bytes that are no request', async () => {
  const server = await serve(TAKEN);
  expect(await exporterTo(server).export({ request: Uint8Array.of(10, 200), spanCount: 4 }, never)).toEqual({
    status: 'rejected',
    rejectedSpans: 4,
    reason: 'malformed',
  });
});

it.each([
  'http://collector.example.com',
  'http://10.0.0.1:4318',
  'http://127.0.0.1.example.com',
  'collector',
  'ftp://x',
])('is not made with a key for %s', (endpoint) => {
  const options = { ...optionsFor('http://127.0.0.1'), endpoint, apiKey: 'nv_prod_secret' };
  expect(() => createNoveumExporter(options)).toThrow(ConfigurationError);
  expect(() => createNoveumExporter(options)).not.toThrow(/secret/);
});

it.each(['https://collector.example.com', 'http://localhost:4318', 'http://[::1]:4318', 'http://127.8.9.1'])(
  'is made with a key for %s',
  (endpoint) => {
    expect(createNoveumExporter({ ...optionsFor('http://127.0.0.1'), endpoint, apiKey: 'k' }).name).toBe('noveum');
  },
);
