import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { analyticsContract } from '../../src/store/contract/analytics-contract.js';
import { facetsContract } from '../../src/store/contract/facets-contract.js';
import { groupsContract } from '../../src/store/contract/groups-contract.js';
import { CONTRACT_PRICES, MILLI, NOON, spansArrive, spanModel, traceIdOf } from '../../src/store/contract/index.js';
import { EVERYTHING } from '../../src/store/contract/queries.js';
import { type OpenStore, withStore } from '../../src/store/contract/stores.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { pooledStores } from './pooled-store.js';

describeWithElasticsearch('figures on Elasticsearch', (cluster) => {
  // Each shard has a part of every group.
  const factory = pooledStores(cluster, 3);
  describe('analytics', () => analyticsContract(factory, 'facts'));
  describe('facets', () => facetsContract(factory, 'facts'));
  describe('sessions and users', () => groupsContract(factory, 'facts'));

  const long = (end: string): string => `x.*[${'y'.repeat(9_000)}${end}`;
  /** What has more traces comes first, wherever their names would put them. */
  const traces = [long('2'), long('2'), long('1'), 'short'].map((text, number) =>
    spanModel({
      traceId: traceIdOf(number),
      startUnixNano: NOON - BigInt(number),
      attributes: { 'user.id': text, 'session.id': `${text}-${String(number)}`, 'tag.tags': [text] },
    }),
  );
  const withTraces = (ask: (reader: OpenStore['reader']) => Promise<unknown>): Promise<void> =>
    withStore(factory, async ({ reader, writer }) => {
      const oracle = createMemoryTraceStore({ prices: CONTRACT_PRICES });
      await writer.write(spansArrive(traces));
      await oracle.writer.write(spansArrive(traces));
      expect(await ask(reader)).toEqual(await ask(oracle.reader));
    });

  test('values that are too long for a term are told in full', () =>
    withTraces(async (reader) => {
      const filter = { ...EVERYTHING, startUnixNano: NOON - MILLI, endUnixNano: NOON + MILLI };
      const series = await reader.timeseries({
        filter,
        bucketMillis: 60_000,
        isWeighted: true,
        metric: 'count',
        groupBy: 'user',
        limit: 2,
      });
      const asked = {
        by: 'userId',
        filter,
        sort: { field: 'last_seen', direction: 'desc' },
        limit: 1,
        offset: 0,
      } as const;
      const first = await reader.groups(asked);
      const second = await reader.groups({ ...asked, cursor: first.nextCursor ?? '' });
      return [
        series,
        await reader.facets({ filter, fields: ['userId', 'tag'], prefix: '', limit: 2 }),
        first.groups,
        second.groups,
      ];
    }));

  test('a beginning may hold what an expression has a meaning for, and be as long as one may be asked for', () =>
    withTraces(async (reader) => {
      const prefixes = [
        'X.*[Y',
        'x..',
        '[xs]',
        'SHORT',
        'short.',
        long('').slice(0, 256),
        `${long('').slice(0, 255)}z`,
      ];
      const facetsOf = (prefix: string) =>
        reader.facets({ filter: EVERYTHING, fields: ['userId', 'tag'], prefix, limit: 2 });
      return Promise.all(prefixes.map(facetsOf));
    }));
});
