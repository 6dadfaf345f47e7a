import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy/index.js';
import { createClusterCollectors, type ClusterCollector } from './cluster-collector.js';
import { allOf, type Counted, countStored } from './count-stored.js';
import { createFaultLoad, type FaultLoad, TRACES_A_REQUEST, untilSo, untilStored } from './fault-load.js';

jest.setTimeout(240_000);

/** As many as hold requests back for a while, and then some that pass; twice. */
const HITS_A_STORM = 4;
const STORM = HITS_A_STORM + 2;
const HITS = 2 * HITS_A_STORM;

describeWithElasticsearch('of what a collector has acknowledged nothing is lost and nothing doubled', (cluster) => {
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

  const start = (dataDir?: string): Promise<ClusterCollector> =>
    collectors.start({ url: proxy.url, prefix, ...(dataDir === undefined ? {} : { dataDir }) });
  const counted = (load: FaultLoad, collector: ClusterCollector) =>
    countStored(load, collector, cluster.client(), prefix);

  const turnedAway = { fails: (_: unknown, place: number) => place % 2 === 0, status: 429 } as const;
  const storms: Readonly<Record<string, Fault>> = {
    'connections are cut after a request was sent and before its answer': { kind: 'cut-after-send' },
    'the node answers 429': { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    'the node answers 503': { kind: 'status', status: 503 },
    'every other item is turned away': { kind: 'items', ...turnedAway, type: 'es_rejected_execution_exception' },
  };

  const weather = async (fault: Fault): Promise<{ readonly load: FaultLoad; readonly there: Counted }> => {
    const ownPrefix = cluster.freshPrefix();
    const ownProxy = await startFaultProxy({ target: cluster.url() });
    try {
      const load = createFaultLoad();
      const collector = await collectors.start({ url: ownProxy.url, prefix: ownPrefix });
      await load.send(collector, 1);
      await untilStored(collector);
      let requests = 0;
      let hits = 0;
      ownProxy.use(({ path }) => {
        // Items fail in bulk requests alone.
        if (!(fault.kind === 'items' ? /_bulk/ : /_bulk|_mget/).test(path)) return null;
        if (requests++ % STORM >= HITS_A_STORM || hits >= HITS) return null;
        hits++;
        return fault;
      });
      while (hits < HITS) {
        const before = requests;
        await load.send(collector, 2);
        await untilSo(
          () => requests > before,
          () => `after ${String(hits)} faults there was no other request\n${collector.process.log()}`,
        );
      }
      const there = await countStored(load, collector, cluster.client(), ownPrefix);
      await collector.until('/health', (health) => health['status'] === 'healthy');
      return { load, there };
    } finally {
      await ownProxy.close();
    }
  };

  // Each on a collector of its own, all at once: most of the time they wait.
  test(`while ${Object.keys(storms).join(', or ')}, again and again`, async () => {
    const outcomes = await Promise.all(
      Object.entries(storms).map(async ([name, fault]) => ({ name, ...(await weather(fault)) })),
    );
    expect(outcomes.map(({ name, there }) => ({ name, there }))).toEqual(
      outcomes.map(({ load, name }) => ({ name, there: allOf(load) })),
    );
  });

  test('where it is killed while the node works at a bulk request', async () => {
    const load = createFaultLoad();
    const killed = await start();
    const { dataDir } = killed.process;
    await load.send(killed, 1);
    await untilStored(killed);
    proxy.use(({ path }) => (path === '/_bulk' ? { kind: 'no-answer' } : null));
    await load.send(killed, 20);
    await untilSo(
      async () => (await countDocuments()) > TRACES_A_REQUEST,
      () => 'the node has not done the request',
    );
    await killed.process.kill();
    proxy.use(null);
    const again = await start(dataDir);
    await load.send(again, 2);
    expect(await counted(load, again)).toEqual(allOf(load));
  });

  const countDocuments = async (): Promise<number> => {
    await cluster.client().indices.refresh({ index: `${prefix}-traces` });
    return (await cluster.client().count({ index: `${prefix}-traces` })).count;
  };

  test('where an index has another mapping: what it refuses is a dead letter, and is stored once that is cured', async () => {
    const client = cluster.client();
    const load = createFaultLoad();
    const collector = await start();
    await load.send(collector, 2);
    await untilStored(collector);
    const alias = `${prefix}-traces`;
    await client.indices.rollover({
      alias,
      mappings: { properties: { span_count: { type: 'date', format: 'yyyy-MM-dd' } } },
    });
    const before = load.traces();
    await load.send(collector, 3);
    await untilStored(collector);
    const { out } = await collector.command(['dead-letters', 'list']);
    expect(out).not.toBe('');
    const lost = 3 * TRACES_A_REQUEST;
    expect(await counted(load, collector)).toMatchObject({
      listed: { lost, doubled: 0 },
      traces: { lost, doubled: 0 },
      usage: { traces: before },
    });
    await client.indices.rollover({ alias });
    expect(await collector.command(['dead-letters', 'retry'])).toMatchObject({ code: 0 });
    expect(await counted(load, collector)).toEqual(allOf(load));
  });
});
