import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.js';
import { createClusterCollectors, type ClusterCollector } from './cluster-collector.js';
import { allOf, countStored, readDocuments, untilJoined } from './count-stored.js';
import { createFaultLoad, sendSpans, spanIdOf, spanOf, traceIdOf, untilSo, untilStored } from './fault-load.js';

jest.setTimeout(240_000);

const ROLLOVERS = 4;
/** More than one document holds. */
const LONG_SPANS = 1_001;

describeWithElasticsearch('two collectors that write the same traces', (cluster) => {
  const collectors = createClusterCollectors();
  let prefix: string;
  let proxy: FaultProxy;
  beforeEach(async () => {
    prefix = cluster.freshPrefix();
    proxy = await startFaultProxy({ target: cluster.url() });
  });
  afterEach(async () => {
    await collectors.stopAll();
    await proxy.close();
  });
  afterAll(() => {
    collectors.remove();
  });

  const startBoth = async (settings: object = {}): Promise<[ClusterCollector, ClusterCollector]> => [
    await collectors.start({ url: proxy.url, prefix, settings }),
    await collectors.start({ url: cluster.url(), prefix, settings }),
  ];
  const rollOver = () => cluster.client().indices.rollover({ alias: `${prefix}-traces` });
  const countIndices = async (): Promise<number> =>
    Object.keys(await cluster.client().indices.getAlias({ name: `${prefix}-traces` })).length;

  test('have each trace and each span once, though indices are rolled over in the midst of their bulk requests', async () => {
    const load = createFaultLoad();
    const [one, other] = await startBoth();
    await load.sendToBoth(one, other);
    await untilStored(one);
    const rollovers: Promise<unknown>[] = [];
    let bulks = 0;
    proxy.use(({ path }) => {
      // At the same moment as the request.
      if (path === '/_bulk' && bulks++ % 2 === 0 && rollovers.length < ROLLOVERS) rollovers.push(rollOver());
      return null;
    });
    while (rollovers.length < ROLLOVERS) {
      const before = bulks;
      for (let time = 0; time < 3; time++) {
        await load.sendToBoth(one, other);
        await load.sendToBoth(other, one);
      }
      await untilSo(
        () => bulks > before,
        () => `nothing was sent to the node\n${one.process.log()}`,
      );
    }
    await Promise.all(rollovers);
    await untilStored(one);
    await untilStored(other);
    await untilJoined(load, cluster.client(), prefix);
    expect(await countIndices()).toBe(1 + ROLLOVERS);
    for (const collector of [one, other])
      expect(await countStored(load, collector, cluster.client(), prefix)).toEqual(allOf(load));
  });

  test('have each trace and each span once, though the lifecycle policy rolls over as they write', async () => {
    const load = createFaultLoad();
    const [one, other] = await startBoth({ lifecycle: { rolloverAge: '1s' } });
    await untilSo(
      async () => {
        await load.sendToBoth(one, other);
        await load.sendToBoth(other, one);
        return (await countIndices().catch(() => 0)) > ROLLOVERS;
      },
      () => 'the policy did not roll over',
    );
    await untilStored(one);
    await untilStored(other);
    await untilJoined(load, cluster.client(), prefix);
    for (const collector of [one, other])
      expect(await countStored(load, collector, cluster.client(), prefix)).toEqual(allOf(load));
  });

  test('make one of a trace that each has begun in another index, though that was rolled over again since', async () => {
    const client = cluster.client();
    const [late, quick] = await startBoth();
    // So that the one that is held back knows the first index alone.
    const load = createFaultLoad();
    await load.send(late, 1);
    await untilStored(late);
    const number = load.traces();
    const traceId = traceIdOf(number);
    const ids = Array.from({ length: LONG_SPANS + 1 }, (_, at) => spanIdOf(number, at));
    const spans = ids.map((id, at) => spanOf(traceId, id, at === 0 ? null : spanIdOf(number, 0)));

    let release: (value?: unknown) => void = () => undefined;
    const until = new Promise((resolve) => {
      release = resolve;
    });
    let held = 0;
    proxy.use(({ path }) => (path === '/_bulk' && held++ >= 0 ? { kind: 'held', until } : null));
    await sendSpans(late, spans.slice(0, LONG_SPANS));
    await untilSo(
      () => held > 0,
      () => `nothing was sent to the node\n${late.process.log()}`,
    );
    await rollOver();
    await sendSpans(quick, spans.slice(LONG_SPANS - 1));
    await untilStored(quick);
    release();
    await untilStored(late);
    await rollOver();

    const copies = async (): Promise<number> => {
      await client.indices.refresh({ index: `${prefix}-traces` });
      const filter = [{ term: { 'noveum.part': 0 } }, { term: { trace_id: traceId } }];
      return (await client.count({ index: `${prefix}-traces`, query: { bool: { filter } } })).count;
    };
    expect(await copies()).toBe(2);
    // Readers tell the two as one at once.
    const { json } = await quick.ask(`/v1/traces/${traceId}`);
    expect(json).toMatchObject({ trace: { span_count: ids.length } });
    const own = new Set(ids);
    let there: string[] = [];
    await untilSo(
      async () => {
        const { spanIds } = await readDocuments(client, `${prefix}-traces`);
        there = spanIds.filter((id) => own.has(id)).toSorted();
        return there.length <= ids.length && (await copies()) === 1;
      },
      () => `upkeep has not made one of the two: ${String(there.length)} spans of ${String(ids.length)}`,
    );
    expect(there).toEqual(ids.toSorted());
    const { json: status } = await quick.ask('/v1/status');
    expect(status['usage']).toMatchObject({ traces_total: number + 1, spans_total: 3 * number + ids.length });
  });
});
