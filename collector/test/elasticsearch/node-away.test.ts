import type { Client } from '@elastic/elasticsearch';

import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { startFaultProxy } from '../support/fault-proxy/index.js';
import { createClusterCollectors, type ClusterCollector } from './cluster-collector.js';
import { allOf, countStored } from './count-stored.js';
import { createFaultLoad, type FaultLoad, metricOf, numberOf, TRACES_A_REQUEST, untilStored } from './fault-load.js';

jest.setTimeout(300_000);

const MIB = 1024 * 1024;
/** Of each of a trace's first two spans. */
const TEXT_BYTES = 24 * 1024;
const REQUEST_BYTES = 2 * TRACES_A_REQUEST * TEXT_BYTES;
/** Enough that whatever is used again and again has its full size. */
const WARM_BYTES = 32 * MIB;
const AWAY_BYTES = 128 * MIB;
/** Of the journal, in one commit of the store; its bulk requests run beside each other. */
const COMMIT_BYTES = 8 * MIB;
/** Heaps are of another size after each collection (measured: 25 MiB); what is kept would be all that was sent. */
const GROWTH_BYTES = 56 * MIB;
/** One moment's garbage has gone in another. */
const SAMPLES = 5;

const residentBytes = async ({ ask }: ClusterCollector): Promise<number> =>
  metricOf((await ask('/metrics')).json, 'noveum_process_resident_memory_bytes');

/** What stays: the least of some samples, each behind a request. */
const settledBytes = async (load: FaultLoad, collector: ClusterCollector): Promise<number> => {
  let least = Infinity;
  for (let sample = 0; sample < SAMPLES; sample++) {
    await load.send(collector, 1);
    least = Math.min(least, await residentBytes(collector));
  }
  return least;
};

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
    await load.send(collector, 1);
    await untilStored(collector);
    /** Resident bytes at the end of so much load with the node away, and once all of it is stored. */
    const outage = async (bytes: number): Promise<{ readonly away: number; readonly drained: number }> => {
      await proxy.down();
      for (let sent = 0; sent < bytes; sent += REQUEST_BYTES) await load.send(collector, 1);
      const away = await settledBytes(load, collector);
      await collector.until('/health', (health) => health['status'] === 'degraded');
      const { json } = await collector.ask('/metrics');
      expect(metricOf(json, 'noveum_drain_lag_bytes')).toBeGreaterThan(bytes);
      await proxy.up();
      await untilStored(collector);
      const drained = await settledBytes(load, collector);
      await untilStored(collector);
      return { away, drained };
    };
    const before = await outage(WARM_BYTES);
    const after = await outage(AWAY_BYTES);
    expect(after.away - before.drained).toBeLessThan(GROWTH_BYTES);
    expect(after.drained - before.drained).toBeLessThan(GROWTH_BYTES);

    expect(await countStored(load, collector, cluster.client(), prefix)).toEqual(allOf(load));
    const numbers = await numbersAsWritten(cluster.client(), `${prefix}-traces`);
    expect(numbers).toHaveLength(load.traces());
    const ofACommit = (TRACES_A_REQUEST * COMMIT_BYTES) / REQUEST_BYTES;
    expect(mostOvertaken(numbers)).toBeLessThan(ofACommit + 2 * TRACES_A_REQUEST);
    await proxy.close();
  });
});
