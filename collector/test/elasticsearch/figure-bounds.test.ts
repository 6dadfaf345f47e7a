import { describeWithElasticsearch } from '../support/elasticsearch/index.js';
import { MILLI, NOON, spansArrive, spanModel, traceIdOf } from '../../src/store/contract/index.js';
import { EVERYTHING } from '../../src/store/contract/queries.js';
import { MANY_STORES_MILLIS } from '../../src/store/contract/stores.js';
import { createFigures, type StoreFigures } from '../../src/store/elasticsearch/read/figures/index.js';
import { type GroupQuery, TooManyGroups } from '../../src/store/group-query.js';
import { makeIndex, openWriter } from './writing-store.js';

const SESSIONS = 10_001;
const sessionOf = (number: number): string => `s-${String(number).padStart(5, '0')}`;
/** One has a session more than are counted, one as many. */
const userOf = (number: number): object =>
  number <= 1_000 ? { 'user.id': 'bo' } : number <= 2_000 ? { 'user.id': 'cy' } : {};

/** Each a nanosecond after the one before it: many are the same to a double. */
const session = (number: number) =>
  spanModel({
    traceId: traceIdOf(number),
    startUnixNano: NOON + BigInt(number),
    endUnixNano: NOON + BigInt(number) + MILLI,
    attributes: { 'session.id': sessionOf(number), ...userOf(number) },
  });

const from = (number: number) => ({
  ...EVERYTHING,
  startUnixNano: NOON + BigInt(number),
  endUnixNano: NOON + BigInt(SESSIONS),
});

const asked = (changes: Partial<GroupQuery> = {}): GroupQuery => ({
  by: 'sessionId',
  filter: EVERYTHING,
  sort: { field: 'last_seen', direction: 'desc' },
  limit: 100,
  offset: 0,
  ...changes,
});

const downFrom = (number: number, count: number): string[] =>
  Array.from({ length: count }, (_, at) => sessionOf(number - at));

describeWithElasticsearch('figures of many on Elasticsearch', (cluster) => {
  let alias: string;
  let figures: StoreFigures;

  beforeAll(async () => {
    alias = cluster.freshPrefix();
    await makeIndex(cluster.client(), { alias, erasuresIndex: `${alias}-erased` }, 1, true, 3);
    const writer = openWriter(cluster.client(), { alias, erasuresIndex: `${alias}-erased` }, false);
    for (let at = 0; at < SESSIONS; at += 1_000)
      await writer.write(
        spansArrive(Array.from({ length: Math.min(1_000, SESSIONS - at) }, (_, more) => session(at + more))),
      );
    await writer.close();
    await cluster.client().indices.refresh({ index: alias });
    figures = createFigures(cluster.client(), alias);
  }, MANY_STORES_MILLIS);

  test(
    'sessions a nanosecond apart are in their order, on every page, by cursor and by offset',
    async () => {
      const first = await figures.groups(asked());
      expect(first.groups.map(({ id }) => id)).toEqual(downFrom(10_000, 100));
      const second = await figures.groups(asked({ cursor: first.nextCursor ?? '' }));
      expect(second.groups.map(({ id }) => id)).toEqual(downFrom(9_900, 100));
      const late = await figures.groups(asked({ offset: 9_900 }));
      expect(late.groups.map(({ id }) => id)).toEqual(downFrom(100, 100));
      const summed = asked({ sort: { field: 'last_seen', direction: 'asc' }, offset: 5_000, limit: 3 });
      expect((await figures.groups(summed)).groups.map(({ id }) => id)).toEqual([5_000, 5_001, 5_002].map(sessionOf));
    },
    MANY_STORES_MILLIS,
  );

  test(
    'sessions are counted to 10,000',
    async () => {
      const all = await figures.groups(asked({ limit: 1 }));
      expect(all).toMatchObject({ total: 10_000, totalRelation: 'gte' });
      const allButOne = await figures.groups(asked({ limit: 1, filter: from(1) }));
      expect(allButOne).toMatchObject({ total: 10_000, totalRelation: 'eq' });
    },
    MANY_STORES_MILLIS,
  );

  test('sessions of a user are counted to 1,000', async () => {
    const { groups } = await figures.groups(asked({ by: 'userId' }));
    expect(groups.map(({ id, others }) => [id, others.count, others.relation])).toEqual([
      ['cy', 1_000, 'eq'],
      ['bo', 1_000, 'gte'],
    ]);
    expect(groups[1]?.others.first).toEqual(downFrom(9, 10).reverse());
  });

  test(
    'more groups than may be put in order are refused, as many are not',
    async () => {
      const sort = { field: 'span_count', direction: 'asc' } as const;
      const limited = (sortedGroups: number, candidates: number) =>
        createFigures(cluster.client(), alias, { sortedGroups, candidates });
      await expect(limited(SESSIONS - 1, 100).groups(asked({ sort }))).rejects.toThrow(TooManyGroups);
      const page = await limited(SESSIONS, 100).groups(asked({ sort, limit: 2 }));
      expect(page.groups.map(({ id }) => id)).toEqual([sessionOf(0), sessionOf(1)]);
      // Those of the page, one more, and one to see that there are no others beside it.
      await expect(limited(1, 101).groups(asked())).rejects.toThrow(TooManyGroups);
      expect((await limited(1, SESSIONS).groups(asked())).groups).toHaveLength(100);
    },
    MANY_STORES_MILLIS,
  );

  test('values are counted one by one to 1,000; more are said to be about as many', async () => {
    const facetOf = async (number: number, prefix = '') =>
      (await figures.facets({ filter: from(number), fields: ['sessionId'], prefix, limit: 3 })).get('sessionId');
    const first = (number: number) => [0, 1, 2].map((more) => ({ value: sessionOf(number + more), count: 1 }));
    expect(await facetOf(9_001)).toEqual({ values: first(9_001), totalValues: 1_000, relation: 'eq' });
    const many = await facetOf(0);
    expect(many).toMatchObject({ values: first(0), relation: 'gte' });
    expect(Math.abs((many?.totalValues ?? 0) - SESSIONS)).toBeLessThan(SESSIONS / 100);
    expect(await facetOf(0, 'S-0012')).toEqual({ values: first(120), totalValues: 10, relation: 'eq' });
  });

  test('a series of many groups leaves none out', async () => {
    const { groups, other } = await figures.timeseries({
      filter: from(0),
      bucketMillis: 60_000,
      isWeighted: true,
      metric: 'count',
      groupBy: 'session',
      limit: 3,
    });
    expect(groups.map(({ group, total }) => [group, total])).toEqual([0, 1, 2].map((at) => [sessionOf(at), 1]));
    expect(other).toMatchObject({ total: SESSIONS - 3, traces: SESSIONS - 3 });
    expect(Math.abs((other?.groups ?? 0) - SESSIONS)).toBeLessThan(SESSIONS / 100);
  });

  test('users and sessions of a summary are counted within a hundredth', async () => {
    const { uniqueSessions, uniqueUsers } = await figures.summarise({
      filter: from(0),
      bucketMillis: 60_000,
      isWeighted: true,
    });
    expect(uniqueUsers).toBe(2);
    expect(Math.abs(uniqueSessions - SESSIONS)).toBeLessThan(SESSIONS / 100);
  });
});
