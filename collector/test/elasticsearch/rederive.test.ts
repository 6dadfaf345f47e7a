import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client } from '@elastic/elasticsearch';
import type { Prices } from 'noveum-proto';
import { createPriceBook } from 'noveum-proto/pricing';

import { createDiskFiles } from '../../src/files/index.js';
import { createRederiveTools, rederiveAll } from '../../src/rederive.js';
import { nativeArrives, spansArrive } from '../../src/store/contract/delivery.js';
import { DAY, NOON, spanIdOf, spanModel, type SpanModel, traceIdOf } from '../../src/store/contract/models.js';
import { CONTRACT_PRICES } from '../../src/store/contract/prices.js';
import { query } from '../../src/store/contract/queries.js';
import { openElasticsearchReader } from '../../src/store/elasticsearch/read/index.js';
import type { ElasticsearchWriter } from '../../src/store/elasticsearch/write/index.js';
import { openEmbeddedWriter } from '../../src/store/embedded/index.js';
import type { RederivePlace, RederiveReport, RederiveRequest } from '../../src/store/rederive.js';
import type { TraceFragment } from '../../src/store/trace-store.js';
import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.js';
import { makeIndex, type Names, openWriter } from './writing-store.js';

const NEVER = new AbortController().signal;
const ALL: RederiveRequest = { project: null, sinceMillis: 0, untilMillis: null, dryRun: false };
const DEARER = createPriceBook({ own: [{ model: 'gpt-4o', input: 1000, output: 1000 }] });
/** Another's request is done by then, however busy the machine is. */
const SLOW_MILLIS = 4_000;
/** More than one step looks at. */
const MANY = 230;

const chat = (number: number, changes: Partial<SpanModel> = {}): SpanModel =>
  spanModel({
    traceId: traceIdOf(number),
    spanId: spanIdOf(number),
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'user.id': 'ada',
    },
    ...changes,
  });

const NATIVE = {
  trace_id: 'b7c2e1d0-0000-4000-8000-00000000000a',
  name: 'native',
  start_time: '2026-11-20T11:00:00Z',
  end_time: '2026-11-20T11:00:01Z',
  spans: [
    {
      span_id: 'a',
      name: 'llm',
      start_time: '2026-11-20T11:00:00Z',
      end_time: '2026-11-20T11:00:01Z',
      attributes: { 'llm.model': 'gpt-4o', 'llm.provider': 'openai', 'llm.input_tokens': 10, 'llm.output_tokens': 5 },
    },
  ],
};

const FOUR: readonly TraceFragment[] = [
  ...[1, 2, 3].flatMap((number) => spansArrive([chat(number)])),
  ...nativeArrives([NATIVE]),
];

const tools = (prices: Prices) => createRederiveTools(prices, () => performance.now());

const runOn = (
  { rederive }: Pick<ElasticsearchWriter, 'rederive'>,
  prices: Prices,
  request: Partial<RederiveRequest> = {},
): Promise<RederiveReport> =>
  rederiveAll(
    (wanted, from) => rederive(wanted, from, tools(prices)),
    { ...ALL, ...request },
    () => undefined,
    NEVER,
  );

/** The same on the embedded store. */
const embeddedReport = async (
  fragments: readonly TraceFragment[],
  request: Partial<RederiveRequest>,
): Promise<RederiveReport> => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-rederive-'));
  const open = (prices: Prices) =>
    openEmbeddedWriter({ files: createDiskFiles(), directory, retention: { days: 0, bytes: 0 }, prices });
  try {
    const first = await open(CONTRACT_PRICES);
    await first.write(fragments);
    await first.close();
    const store = await open(DEARER);
    const report = await runOn(store, DEARER, request);
    await store.close();
    return report;
  } finally {
    await rm(directory, { recursive: true });
  }
};

describeWithElasticsearch('deriving anew what Elasticsearch holds', (cluster) => {
  let names: Names = { alias: '', erasuresIndex: '' };
  let proxy: FaultProxy;
  let throughProxy: Client;

  beforeEach(async () => {
    const alias = cluster.freshPrefix();
    names = { alias, erasuresIndex: `${alias}-erased` };
    await makeIndex(cluster.client(), names, 1, true);
    proxy = await startFaultProxy({ target: cluster.url() });
    throughProxy = new Client({ node: proxy.url, maxRetries: 0 });
  });
  afterEach(async () => {
    await throughProxy.close();
    await proxy.close();
  });

  const before = () => openWriter(cluster.client(), names);
  const now = (client = cluster.client()) => openWriter(client, names, true, true, DEARER);
  const reader = (prices: Prices = DEARER) =>
    openElasticsearchReader({ client: cluster.client(), ...names, prices, now: Date.now });
  const listed = async () => (await reader().find(query({ limit: 1_000 }))).traces;
  const costs = async () => (await listed()).map(({ attributes }) => attributes.total_cost);
  const countDocuments = async (filter: object): Promise<number> => {
    await cluster.client().indices.refresh({ index: names.alias });
    return (await cluster.client().count({ index: names.alias, query: filter })).count;
  };

  test('other prices are those of lists, documents and sums, and it says what the embedded store says', async () => {
    await before().write(FOUR);
    const usage = await reader().usage(null);
    const report = await runOn(now(), DEARER);
    expect(report).toEqual(await embeddedReport(FOUR, {}));
    expect(report).toMatchObject({ traces: 4, changed: 4, fields: { total_cost: 4 }, failed: 0 });
    expect(report.cost.after).toBeCloseTo(3.315, 9);
    expect(await costs()).toEqual([1.1, 1.1, 1.1, 0.015]);
    for (const { attributes, project, trace_key: key } of await listed())
      expect((await reader().get(project, key))?.attributes).toEqual(attributes);
    // Nothing came: what came when is as it was.
    expect(await reader().usage(null)).toEqual(usage);
    expect(await runOn(now(), DEARER)).toEqual({
      ...report,
      changed: 0,
      fields: {},
      cost: { before: 3.315, after: 3.315 },
    });
  });

  test('a dry run says the same and changes nothing', async () => {
    await before().write(FOUR);
    const [held, documents] = [await listed(), await countDocuments({ exists: { field: 'noveum.derivation' } })];
    const dry = await runOn(now(), DEARER, { dryRun: true });
    expect(await listed()).toEqual(held);
    expect(await now().daysDerivedOtherwise()).toEqual(['2026-11-20']);
    expect(await runOn(now(), DEARER)).toEqual(dry);
    expect(await countDocuments({ exists: { field: 'noveum.derivation' } })).toBe(documents);
  });

  test('only what is meant: by time, by project; days are told until all of them is derived anew', async () => {
    const writer = before();
    for (let back = 0; back < 4; back++) {
      const startUnixNano = NOON - BigInt(back) * DAY;
      const span = chat(back, { startUnixNano, endUnixNano: startUnixNano + 1n });
      await writer.write(spansArrive([span], { project: back % 2 === 0 ? 'shop' : 'bank' }));
    }
    const millis = (back: number) => Number((NOON - BigInt(back) * DAY) / 1_000_000n);
    const changedBy = async (request: Partial<RederiveRequest>) =>
      (await runOn(now(), DEARER, { ...request, dryRun: true })).changed;
    expect(await changedBy({})).toBe(4);
    expect(await changedBy({ sinceMillis: millis(2) })).toBe(3);
    expect(await changedBy({ sinceMillis: millis(2) + 1 })).toBe(2);
    expect(await changedBy({ sinceMillis: millis(2), untilMillis: millis(0) })).toBe(2);
    expect(await changedBy({ project: 'bank' })).toBe(2);
    expect(await changedBy({ project: 'nobody' })).toBe(0);
    expect(await writer.daysDerivedOtherwise()).toEqual([]);
    const days = ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'];
    expect(await now().daysDerivedOtherwise()).toEqual(days);
    await runOn(now(), DEARER, { project: 'bank' });
    expect(await now().daysDerivedOtherwise()).toEqual(['2026-11-18', '2026-11-20']);
    await runOn(now(), DEARER);
    expect(await now().daysDerivedOtherwise()).toEqual([]);
    expect(await writer.daysDerivedOtherwise()).toEqual(days);
  });

  test('a long trace gets other parts, and none of before is left over', async () => {
    const spans = Array.from({ length: 2_300 }, (_, at) =>
      chat(1, { spanId: spanIdOf(at + 1), parentSpanId: at === 0 ? null : spanIdOf(1) }),
    );
    await before().write(spansArrive(spans));
    const documents = await countDocuments({ exists: { field: 'noveum.part' } });
    expect(documents).toBeGreaterThan(1);
    expect(await runOn(now(), DEARER)).toMatchObject({ traces: 1, changed: 1 });
    expect(await countDocuments({ exists: { field: 'noveum.part' } })).toBe(documents);
    const [summary] = await listed();
    const document = await reader().get('shop', traceIdOf(1));
    expect(document?.spans).toHaveLength(2_300);
    expect(document?.attributes).toEqual(summary?.attributes);
  });

  test('spans that come while their trace is derived anew are in it, once', async () => {
    await before().write(FOUR);
    let late: Promise<unknown> | undefined;
    // What was read is on its way while another collector writes.
    proxy.use(({ path }) => {
      if (late !== undefined || !path.includes('_mget')) return null;
      const span = spanModel({ traceId: traceIdOf(2), spanId: spanIdOf(22), parentSpanId: spanIdOf(2), name: 'late' });
      late = before().write(spansArrive([span]));
      return { kind: 'slow', millis: SLOW_MILLIS };
    });
    const writer = now(throughProxy);
    expect(await runOn(writer, DEARER)).toMatchObject({ traces: 4, changed: 4, failed: 0 });
    await expect(late).resolves.toMatchObject({ newSpans: 1 });
    expect(writer.counts().conflicts).toBe(1);
    expect(Object.fromEntries((await listed()).map(({ span_count: spans, trace_key: key }) => [key, spans]))).toEqual({
      [traceIdOf(1)]: 1,
      [traceIdOf(2)]: 2,
      [traceIdOf(3)]: 1,
      [NATIVE.trace_id.replaceAll('-', '')]: 1,
    });
    expect((await costs()).sort()).toEqual([0.015, 1.1, 1.1, 1.1]);
    expect(await reader().usage(null)).toMatchObject([{ traces: 4, spans: 5 }]);
  });

  test.each([
    ['short', 1],
    ['long', 2_300],
  ])('a %s trace that is erased meanwhile does not come back', async (_, count) => {
    const spans = Array.from({ length: count }, (_each, at) =>
      chat(1, { spanId: spanIdOf(at + 1), parentSpanId: at === 0 ? null : spanIdOf(1) }),
    );
    await before().write([...spansArrive(spans), ...spansArrive([chat(9_000)])]);
    let erased: Promise<unknown> | undefined;
    let bulks = 0;
    proxy.use(({ path }) => {
      if (path.includes('_bulk')) bulks++;
      // Of a long one new parts are on their way, after the short ones.
      if (erased !== undefined || (count > 1 ? bulks < 2 : !path.includes('_mget'))) return null;
      const target = { project: 'shop', traceKey: traceIdOf(1) };
      erased = before().erase({ id: 'e', requestedAtMillis: 0, target });
      return { kind: 'slow', millis: SLOW_MILLIS };
    });
    expect(await runOn(now(throughProxy), DEARER)).toMatchObject({ traces: 1, changed: 1, failed: 0 });
    await expect(erased).resolves.toMatchObject({ traces: 1 });
    expect((await listed()).map(({ trace_key: key }) => key)).toEqual([traceIdOf(9_000)]);
    expect(await countDocuments({ exists: { field: 'noveum.part' } })).toBe(1);
  });

  test('ended between two steps it goes on where it was; writes go on beside it', async () => {
    await before().write(Array.from({ length: MANY }, (_, at) => spansArrive([chat(at)])).flat());
    const cancelled = new AbortController();
    const writer = now();
    const places: RederivePlace[] = [];
    const step = async (request: RederiveRequest, from: RederivePlace | null) => {
      const taken = await writer.rederive(request, from, tools(DEARER));
      if (taken.next !== null) places.push(taken.next);
      await writer.write(spansArrive([spanModel({ traceId: traceIdOf(5_000 + places.length) })]));
      if (taken.report.traces > 0) cancelled.abort(new Error('enough'));
      return taken;
    };
    await expect(rederiveAll(step, ALL, () => undefined, cancelled.signal)).rejects.toThrow('enough');
    expect(places.map(({ done, total }) => [done, total])).toEqual([
      [0, MANY],
      [100, MANY],
    ]);
    // One of another book begins behind what was done.
    await before().write(spansArrive([chat(4_000, { startUnixNano: NOON - DAY, endUnixNano: NOON })]));
    expect(await runOn(now(), DEARER)).toMatchObject({ traces: MANY + 3, changed: MANY - 100 + 1, failed: 0 });
    expect(new Set(await costs())).toEqual(new Set([1.1, undefined]));
  });

  test('a cluster that goes away for a moment is waited for, and what was done is told once', async () => {
    await before().write(Array.from({ length: MANY }, (_, at) => spansArrive([chat(at)])).flat());
    let bulks = 0;
    proxy.use(({ path }) => (path.includes('_bulk') && ++bulks === 2 ? { kind: 'cut-after-send' } : null));
    expect(await runOn(now(throughProxy), DEARER)).toMatchObject({ traces: MANY, changed: MANY, failed: 0 });
    expect(new Set(await costs())).toEqual(new Set([1.1]));
  });

  test('a trace that cannot be read is counted, and stops nobody', async () => {
    await before().write(FOUR);
    const { hits } = await cluster.client().search<{ noveum: object }>({
      index: names.alias,
      query: { term: { 'noveum.trace_key': traceIdOf(2) } },
    });
    const [hit] = hits.hits;
    if (hit?._source === undefined) throw new Error('it is there');
    const { noveum, ...document } = hit._source;
    await cluster.client().index({
      index: hit._index,
      id: hit._id ?? '',
      document: { ...document, noveum: { ...noveum, payload: 'AAAA' } },
      refresh: true,
    });
    expect(await runOn(now(), DEARER)).toMatchObject({ traces: 4, changed: 3, failed: 1 });
    expect(await now().daysDerivedOtherwise()).toEqual(['2026-11-20']);
  });

  test('a trace that two indices hold becomes one', async () => {
    const client = cluster.client();
    await before().write(spansArrive([chat(1)]));
    await client.indices.updateAliases({
      actions: [{ add: { index: `${names.alias}-000001`, alias: names.alias, is_write_index: false } }],
    });
    await makeIndex(client, names, 2, true);
    const [hit] = (await client.search<object>({ index: names.alias, query: { match_all: {} } })).hits.hits;
    await client.index({
      index: `${names.alias}-000002`,
      id: hit?._id ?? '',
      document: hit?._source ?? {},
      refresh: true,
    });
    expect(await countDocuments({ match_all: {} })).toBeGreaterThan(1);
    expect(await runOn(now(), DEARER)).toMatchObject({ changed: 1, failed: 0 });
    expect(await countDocuments({ exists: { field: 'noveum.part' } })).toBe(1);
    expect(await costs()).toEqual([1.1]);
  });
});
