import type { Client } from '@elastic/elasticsearch';

import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { startFaultProxy } from '../support/fault-proxy/index.js';
import { createClusterCollectors, type ClusterCollector } from './cluster-collector.js';
import { allOf, countStored } from './count-stored.js';
import { createFaultLoad, metricOf, numberOf, TRACES_A_REQUEST, untilStored } from './fault-load.js';

jest.setTimeout(300_000);

const MIB = 1024 * 1024;
/** Of each of a trace's first two spans. */
const TEXT_BYTES = 24 * 1024;
const REQUEST_BYTES = 2 * TRACES_A_REQUEST * TEXT_BYTES;
const WARM_REQUESTS = 36;
const AWAY_BYTES = 160 * MIB;
/** Of the journal, in one commit of the store; its bulk requests run beside each other. */
const COMMIT_BYTES = 8 * MIB;
/** Garbage that is not collected yet comes and goes (measured: 70 MiB); what is kept would be all that was sent. */
const GROWTH_BYTES = 100 * MIB;

const residentBytes = async ({ ask }: ClusterCollector): Promise<number> =>
  metricOf((await ask('/metrics')).json, 'noveum_process_resident_memory_bytes');

/** The traces' numbers in the order in which the node wrote them, which one shard tells. */
const numbersAsWritten = async (client: Client, index: string): Promise<readonly number[]> => {
  const { hits } = await client.search<{ readonly trace_id: string }>({
    index,
    size: 10_000,
    seq_no_primary_term: true,
    _source: ['trace_id'],
  });
  return hits.hits
    .toSorted((a, b) => (a._seq_no ?? NaN) - (b._seq_no ?? NaN))
    .map(({ _source: source }) => numberOf(source?.trace_id ?? ''));
};

/** How many traces a later one came before, at most. */
const mostOvertaken = (numbers: readonly number[]): number => {
  let latest = 0;
  let most = 0;
  for (const number of numbers) {
    latest = Math.max(latest, number);
    most = Math.max(most, latest - number);
  }
  return most;
};

describeWithElasticsearch('a node that is away while a collector takes its load', (cluster) => {
  const collectors = createClusterCollectors();
  afterAll(async () => {
    await collectors.stopAll();
    collectors.remove();
  });

  test('gets all of it once it is back, in the order of arrival, and none of it waits in memory', async () => {
    const proxy = await startFaultProxy({ target: cluster.url() });
    const prefix = cluster.freshPrefix();
    const load = createFaultLoad('x'.repeat(TEXT_BYTES));
    const collector = await collectors.start({ url: proxy.url, prefix, settings: { shards: 1 } });
    let before = 0;
    for (let request = 0; request < WARM_REQUESTS; request++) {
      await load.send(collector, 1);
      before = Math.max(before, await residentBytes(collector));
    }
    await untilStored(collector);

    await proxy.down();
    let most = 0;
    for (let sent = 0; sent < AWAY_BYTES; sent += REQUEST_BYTES) {
      await load.send(collector, 1);
      most = Math.max(most, await residentBytes(collector));
    }
    await collector.until('/health', (health) => health['status'] === 'degraded');
    const { json } = await collector.ask('/metrics');
    expect(metricOf(json, 'noveum_drain_lag_bytes')).toBeGreaterThan(AWAY_BYTES);
    expect(most - before).toBeLessThan(GROWTH_BYTES);

    await proxy.up();
    await untilStored(collector);
    expect(await countStored(load, collector, cluster.client(), prefix)).toEqual(allOf(load));
    const numbers = await numbersAsWritten(cluster.client(), `${prefix}-traces`);
    expect(numbers).toHaveLength(load.traces());
    const ofACommit = (TRACES_A_REQUEST * COMMIT_BYTES) / REQUEST_BYTES;
    expect(mostOvertaken(numbers)).toBeLessThan(ofACommit + 2 * TRACES_A_REQUEST);
    expect((await residentBytes(collector)) - before).toBeLessThan(GROWTH_BYTES);
    await proxy.close();
  });
});
