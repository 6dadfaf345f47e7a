import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { trace } from '@opentelemetry/api';
import {
  INDEX_SETTINGS,
  install,
  namesOf,
  summaryOfField,
  TRACE_MAPPING,
  TRACE_SETTINGS,
} from 'noveum-proto/elasticsearch';
import { createPriceBook } from 'noveum-proto/pricing';

import { type ExportBatch, type Exporter, type ExportOutcome, systemClock } from '../../../sdk/src/exporters/index.js';
import { plainPack } from '../../../sdk/src/exporters/http/index.js';
import { createElasticsearchExporter } from '../../../sdk/src/exporters/node/elasticsearch/index.js';
import { createNodeTransport } from '../../../sdk/src/exporters/node/index.js';
import { init, span } from '../../../sdk/src/index.js';
import { batchOfSpans, spanIdOf, type SpanToSend, traceIdOf } from '../../../sdk/test/support/requests.js';
import { fragmentsOf } from '../../src/normalise/index.js';
import { transportOf } from '../../src/store/elasticsearch/client/index.js';
import { createElasticsearchWriter, type ElasticsearchWriter } from '../../src/store/elasticsearch/write/index.js';
import { createTellFacts } from '../../src/tell-facts.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.js';
import { makeAuthority, makeCertificate } from '../tls/certificates.js';
import { hasTool } from '../support/tools.js';
import { createClusterCollectors } from './cluster-collector.js';

jest.setTimeout(240_000);

const NOW = Date.UTC(2026, 10, 22, 12);
const CONTENT = { version: TRACE_MAPPING._meta.version, mappings: TRACE_MAPPING, settings: TRACE_SETTINGS };
/** More than one document holds. */
const LONG_SPANS = 1_001;
const never = new AbortController().signal;
const prices = createPriceBook();

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const whole = (key: string, value: number) => ({ key, value: { intValue: String(value) } });

const readOf = ({ generation, summary }: Readonly<Record<string, unknown>>) => ({
  generation: typeof generation,
  summary: typeof summary === 'string' ? summaryOfField(summary) : undefined,
});

const root = (trace: number): SpanToSend => ({
  traceId: traceIdOf(trace),
  spanId: spanIdOf(1),
  name: 'handle question',
});
const call = (trace: number, span: number): SpanToSend => ({
  traceId: traceIdOf(trace),
  spanId: spanIdOf(span),
  parentSpanId: spanIdOf(1),
  name: 'chat gpt-4o',
  attributes: [
    text('gen_ai.operation.name', 'chat'),
    text('gen_ai.provider.name', 'openai'),
    text('gen_ai.request.model', 'gpt-4o'),
    text('gen_ai.input.messages', JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'why rain?' }] }])),
    whole('gen_ai.usage.input_tokens', 1_000 + span),
    whole('gen_ai.usage.output_tokens', 10),
  ],
});
const failure = (trace: number, span: number): SpanToSend => ({
  ...call(trace, span),
  name: 'look up',
  attributes: [text('user.id', 'ada'), text('session.id', 's1'), text('error.type', 'timeout')],
  status: { code: 2, message: 'no answer' },
  events: [{ timeUnixNano: '1764000000000500000', name: 'retry', attributes: [whole('attempt', 2)] }],
});

describeWithElasticsearch('traces that the SDK writes directly', (cluster) => {
  const collectors = createClusterCollectors();
  const exporters: Exporter[] = [];
  let proxy: FaultProxy;
  beforeEach(async () => {
    proxy = await startFaultProxy({ target: cluster.url() });
  });
  afterEach(async () => {
    await collectors.stopAll();
    for (const exporter of exporters.splice(0)) await exporter.close();
    await proxy.close();
  });
  afterAll(() => {
    collectors.remove();
  });

  const installed = async (): Promise<string> => {
    const prefix = cluster.freshPrefix();
    const config = { ...INDEX_SETTINGS, prefix };
    const { status } = await install({ transport: transportOf(cluster.client()), config, content: CONTENT });
    expect(status).toBe('ok');
    return prefix;
  };

  const exporterTo = (
    prefix: string,
    given: Partial<Parameters<typeof createElasticsearchExporter>[0]> = {},
  ): Exporter => {
    const { url = cluster.url() } = given;
    const exporter = createElasticsearchExporter({
      url,
      apiKey: null,
      username: null,
      password: null,
      prefix,
      install: false,
      timeoutMillis: 10_000,
      transport: createNodeTransport({ url }),
      pack: plainPack,
      clock: { ...systemClock, unixMillis: () => NOW },
      prices,
      onError: () => undefined,
      ...given,
    });
    exporters.push(exporter);
    return exporter;
  };

  /** What a collector stores by, in this process. */
  const writerTo = (prefix: string): ElasticsearchWriter =>
    createElasticsearchWriter({
      client: cluster.client(),
      alias: namesOf(prefix).alias,
      erasuresIndex: namesOf(prefix).erasuresIndex,
      prices,
      tellFacts: createTellFacts(prices),
      now: () => Date.now(),
      pause: (millis) => delay(millis),
      newName: randomUUID,
    });
  const collect = (writer: ElasticsearchWriter, { request }: ExportBatch) =>
    writer.write(
      fragmentsOf(
        {
          format: 'otlp-traces',
          body: request,
          refused: [],
          project: null,
          keyEnvironment: null,
          receivedAtMillis: NOW,
          redactionVersion: 0,
        },
        undefined,
        prices,
      ),
    );

  /** By id, with the list's answer read; what is drawn anew for each writing of a long trace is left out. */
  const documentsOf = async (prefix: string): Promise<ReadonlyMap<string, unknown>> => {
    const { alias } = namesOf(prefix);
    await cluster.client().indices.refresh({ index: alias });
    const { hits } = await cluster.client().search<{ noveum: Record<string, unknown> }>({ index: alias, size: 1_000 });
    return new Map(
      hits.hits
        .map(({ _id: id = '', _source: source }): [string, unknown] => [
          id.replace(/\..*\./, '.'),
          { ...source, noveum: { ...source?.noveum, ...readOf(source?.noveum ?? {}) } },
        ])
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  };
  const spanCounts = async (prefix: string): Promise<number[]> =>
    [...(await documentsOf(prefix)).values()].map((source) => (source as { span_count: number }).span_count);

  const exported = (exporter: Exporter, batch: ExportBatch): Promise<ExportOutcome> => exporter.export(batch, never);
  const onlySpan = (trace: number): ExportBatch => batchOfSpans([root(trace)]);

  test('are the documents that a collector writes, source by source', async () => {
    const [direct, collected] = [await installed(), await installed()];
    const batches = [
      batchOfSpans([root(1), call(1, 2), failure(1, 3), root(2), call(1, 4), failure(3, 9)]),
      batchOfSpans(Array.from({ length: LONG_SPANS }, (_, at) => call(4, at + 2))),
    ];
    const exporter = exporterTo(direct);
    const writer = writerTo(collected);
    for (const batch of batches) {
      expect(await exported(exporter, batch)).toEqual({ status: 'delivered' });
      await collect(writer, batch);
    }
    const written = await documentsOf(direct);
    expect(written.size).toBeGreaterThan(4);
    expect(written).toEqual(await documentsOf(collected));
  });

  test('that come in several batches are joined, as a collector joins them', async () => {
    const [direct, collected] = [await installed(), await installed()];
    const batches = [
      batchOfSpans([call(1, 2), root(2)]),
      batchOfSpans([failure(1, 3), call(2, 2)]),
      batchOfSpans([root(1)]),
    ];
    const exporter = exporterTo(direct);
    const writer = writerTo(collected);
    for (const batch of batches) {
      expect(await exported(exporter, batch)).toEqual({ status: 'delivered' });
      await collect(writer, batch);
    }
    // What is sent twice is there once.
    expect(await exported(exporter, batches[0] as ExportBatch)).toEqual({ status: 'delivered' });
    expect(await documentsOf(direct)).toEqual(await documentsOf(collected));
    expect(await spanCounts(direct)).toEqual([3, 2]);
  });

  test('lose no span where two SDKs and a collector write the same traces at once', async () => {
    const prefix = await installed();
    const exportersAtOnce = [exporterTo(prefix), exporterTo(prefix)];
    const writer = writerTo(prefix);
    const traces = [1, 2, 3, 4, 5];
    const batchOf = (span: number): ExportBatch => batchOfSpans(traces.map((trace) => call(trace, span)));
    const rounds = [10, 20, 30];
    for (const span of rounds)
      await Promise.all([
        ...exportersAtOnce.map((exporter, at) => exported(exporter, batchOf(span + at))),
        collect(writer, batchOf(span + 5)),
      ]);
    expect(await spanCounts(prefix)).toEqual(traces.map(() => 3 * rounds.length));
  });

  test('are kept for a node that is away, and taken once it is back', async () => {
    const prefix = await installed();
    const exporter = exporterTo(prefix, { url: proxy.url, clock: systemClock });
    await proxy.down();
    expect(await exported(exporter, onlySpan(1))).toMatchObject({ status: 'retry' });
    await proxy.up();
    expect(await exported(exporter, onlySpan(1))).toEqual({ status: 'delivered' });
    proxy.use(({ path }) => (path === '/_bulk' ? { kind: 'cut-after-send' } : null));
    expect(await exported(exporter, onlySpan(2))).toEqual({ status: 'retry', reason: 'elasticsearch_unreachable' });
    proxy.use(null);
    expect(await exported(exporter, onlySpan(2))).toEqual({ status: 'delivered' });
    expect(await spanCounts(prefix)).toEqual([1, 1]);
  });

  test('are joined though what is there is more than one answer may hold', async () => {
    const prefix = await installed();
    const exporter = exporterTo(prefix, { maxAnswerBytes: 40_000 });
    const traces = [1, 2, 3, 4, 5];
    const longCall = (trace: number, span: number): SpanToSend => ({
      ...call(trace, span),
      attributes: [text('llm.prompt', randomUUID().repeat(400))],
    });
    for (const span of [2, 3])
      expect(await exported(exporter, batchOfSpans(traces.map((trace) => longCall(trace, span))))).toEqual({
        status: 'delivered',
      });
    expect(await spanCounts(prefix)).toEqual(traces.map(() => 2));
  });

  test('need a key that is good, which goes with every request', async () => {
    const prefix = await installed();
    const guarded = await startFaultProxy({ target: cluster.url(), authorization: 'ApiKey c2VjcmV0' });
    const outcomes: ExportOutcome[] = [];
    const told: string[] = [];
    for (const apiKey of ['d3Jvbmc=', 'c2VjcmV0']) {
      const onError = (error: unknown): void => void told.push(String(error));
      outcomes.push(await exported(exporterTo(prefix, { url: guarded.url, apiKey, onError }), onlySpan(1)));
    }
    await guarded.close();
    expect(outcomes).toEqual([{ status: 'retry', reason: 'elasticsearch_login' }, { status: 'delivered' }]);
    expect(told.join()).toContain('API key or password is missing or not valid');
    expect(told.join()).not.toContain('d3Jvbmc');
  });

  const testWithOpenssl = hasTool('openssl') || process.env.CI === 'true' ? test : test.skip;

  testWithOpenssl('go over TLS to a node whose authority is given by a file', async () => {
    const prefix = await installed();
    const directory = mkdtempSync(join(tmpdir(), 'noveum-direct-'));
    const authority = makeAuthority(directory, 'authority');
    const secure = await startFaultProxy({
      target: cluster.url(),
      tls: makeCertificate(directory, 'node', authority),
      authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}`,
    });
    const login = { url: secure.url, prefix, username: 'ada', password: 'secret' };
    const sendBy = async (caFile: string) => {
      const exporters = [{ type: 'elasticsearch' as const, ...login, caFile }];
      const client = init({ exporters, retry: { maxAttempts: 1 } });
      span('a question', () => undefined);
      await client.flush();
      await client.shutdown();
      return client.getStats().exporters['elasticsearch'];
    };
    const other = await sendBy(makeAuthority(directory, 'other').certFile);
    const right = await sendBy(authority.certFile);
    await secure.close();
    rmSync(directory, { recursive: true });
    expect(other).toMatchObject({ acknowledgedSpans: 0, droppedSpans: { elasticsearch_connection: 1 } });
    expect(right).toMatchObject({ acknowledgedSpans: 1, droppedSpans: {} });
  });

  test('come back no more once they were erased', async () => {
    const prefix = await installed();
    const [exporter, writer] = [exporterTo(prefix), writerTo(prefix)];
    await exported(exporter, batchOfSpans([root(1), root(2)]));
    await cluster.client().indices.refresh({ index: namesOf(prefix).alias });
    await writer.erase({
      id: randomUUID(),
      requestedAtMillis: NOW,
      target: { project: 'default', traceKey: traceIdOf(1) },
    });
    expect(await exported(exporter, batchOfSpans([call(1, 2), call(2, 2)]))).toEqual({
      status: 'rejected',
      rejectedSpans: 1,
      reason: 'trace_erased',
    });
    expect(await spanCounts(prefix)).toEqual([2]);
  });

  test('wait as long as a busy node asks, and an item that it turned away is sent again', async () => {
    const prefix = await installed();
    const exporter = exporterTo(prefix, { url: proxy.url, clock: systemClock });
    proxy.use(({ path }) =>
      path === '/_bulk' ? { kind: 'status', status: 429, headers: { 'retry-after': '7' } } : null,
    );
    expect(await exported(exporter, onlySpan(1))).toMatchObject({ status: 'retry', afterMillis: 7_000 });
    let isFirst = true;
    proxy.use(({ path }) => {
      if (path !== '/_bulk' || !isFirst) return null;
      isFirst = false;
      return { kind: 'items', fails: () => true, status: 429, type: 'es_rejected_execution_exception' };
    });
    expect(await exported(exporter, onlySpan(1))).toEqual({ status: 'delivered' });
    expect(await spanCounts(prefix)).toEqual([1]);
  });

  test('that Elasticsearch will never take are told by rule and field, and the others are taken', async () => {
    const prefix = cluster.freshPrefix();
    const { alias } = namesOf(prefix);
    const properties = { ...TRACE_MAPPING.properties, error_count: { type: 'boolean' } };
    await cluster.client().indices.create({
      index: `${alias}-2026-11-000001`,
      mappings: { ...TRACE_MAPPING, properties } as object,
      settings: { 'index.mapping.nested_objects.limit': 100_000 },
      aliases: { [alias]: { is_write_index: true } },
    });
    const outcome = await exported(exporterTo(prefix), batchOfSpans([root(1), failure(1, 2)]));
    expect(outcome).toEqual({
      status: 'rejected',
      rejectedSpans: 2,
      reason: 'elasticsearch_document_parsing_exception:error_count',
    });
  });

  test('go nowhere before a collector has been there, unless the SDK may install; the collector then finds its own', async () => {
    const prefix = cluster.freshPrefix();
    const told: string[] = [];
    const onError = (error: unknown): void => {
      told.push(String(error));
    };
    const refusing = exporterTo(prefix, { onError });
    for (let time = 0; time < 2; time++)
      expect(await exported(refusing, onlySpan(1))).toEqual({
        status: 'retry',
        reason: 'elasticsearch_installation',
      });
    expect(told).toEqual([
      `Error: there is no index behind the alias ${prefix}-traces: start a collector, or set the option install`,
    ]);
    expect(await exported(exporterTo(prefix, { install: true }), onlySpan(1))).toEqual({ status: 'delivered' });
    const config = { ...INDEX_SETTINGS, prefix };
    const outcome = await install({ transport: transportOf(cluster.client()), config, content: CONTENT });
    expect(outcome).toMatchObject({ status: 'ok', report: { policy: 'kept', writeIndex: 'there' } });
  });

  test('are listed, read and counted by a collector on the same cluster', async () => {
    const prefix = cluster.freshPrefix();
    const collector = await collectors.start({ url: cluster.url(), prefix });
    await collector.until('/health', ({ status }) => status === 'healthy');
    const client = init({
      project: 'direct',
      exporters: [{ type: 'elasticsearch', url: cluster.url(), prefix }],
    });
    const id = span('a question', () => trace.getActiveSpan()?.spanContext().traceId);
    await client.flush();
    const { exporters: counts } = client.getStats();
    await client.shutdown();
    expect(counts['elasticsearch']).toMatchObject({ sentSpans: 1, acknowledgedSpans: 1 });
    expect(await collector.until(`/v1/traces/${String(id)}`, (json) => 'trace' in json)).toBeDefined();
    await collector.until('/v1/traces?project=direct', ({ traces }) => (traces as unknown[]).length === 1);
  });
});
