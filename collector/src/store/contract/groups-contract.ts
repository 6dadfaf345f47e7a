import fc from 'fast-check';

import type { GroupedBy, GroupPage, GroupQuery, GroupSortField } from '../group-query.js';
import { createMemoryTraceStore } from '../memory/index.js';
import { type TraceReader, UnusableCursor } from '../trace-store.js';
import { type Framing, nativeArrives, spansArrive } from './delivery.js';
import { anyFilter, anyShelf, requestsOf } from './finding-contract.js';
import { DAY, MILLI, NOON, spanIdOf, spanModel, traceIdOf } from './models.js';
import { CONTRACT_PRICES } from './prices.js';
import { EVERYTHING } from './queries.js';
import { MANY_STORES_MILLIS, type StoreFactory, withStore } from './stores.js';

const SORTS: readonly GroupSortField[] = [
  'last_seen',
  'first_seen',
  'trace_count',
  'span_count',
  'error_count',
  'total_tokens',
  'total_cost',
];

const asked = (changes: Partial<GroupQuery> = {}): GroupQuery => ({
  by: 'sessionId',
  filter: EVERYTHING,
  sort: { field: 'last_seen', direction: 'desc' },
  limit: 50,
  offset: 0,
  ...changes,
});

const anyGroupQuery: fc.Arbitrary<GroupQuery> = fc
  .record({
    by: fc.constantFrom<GroupedBy>('sessionId', 'userId'),
    filter: anyFilter,
    field: fc.constantFrom(...SORTS),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    limit: fc.constantFrom(1, 2, 50),
    offset: fc.constantFrom(0, 0, 1),
  })
  .map(({ field, direction, ...rest }) => ({ ...rest, sort: { field, direction } }));

const MAX_PAGES = 50;

/** Follows cursors to the end. */
const walk = async (reader: TraceReader, first: GroupQuery): Promise<GroupPage['groups'][]> => {
  const pages: GroupPage['groups'][] = [];
  let cursor: string | null = null;
  do {
    const page: GroupPage = await reader.groups(cursor === null ? first : { ...first, cursor });
    pages.push(page.groups);
    cursor = page.nextCursor;
  } while (cursor !== null && pages.length < MAX_PAGES);
  return pages;
};

export const groupsContract = (factory: StoreFactory, framing: Framing): void => {
  test('a session is the sum of its traces, of every day; a user likewise', () =>
    withStore(factory, async ({ writer, reader }) => {
      const calls = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 7, 'gen_ai.usage.cost': 0.1 };
      const of = (number: number, startUnixNano: bigint, user: string) =>
        spanModel({
          traceId: traceIdOf(number),
          spanId: spanIdOf(number),
          startUnixNano,
          endUnixNano: startUnixNano + 5n * MILLI,
          attributes: { ...calls, 'session.id': 's1', 'user.id': user },
        });
      const child = spanModel({
        traceId: traceIdOf(1),
        spanId: spanIdOf(9),
        parentSpanId: spanIdOf(1),
        startUnixNano: NOON,
        statusCode: 2,
      });
      const alone = spanModel({ traceId: traceIdOf(3), endUnixNano: null, attributes: { 'user.id': 'ada' } });
      for (const spans of [[of(0, NOON - DAY, 'bo')], [of(1, NOON, 'ada'), child], [of(2, NOON + 1n, 'ada')], [alone]])
        await writer.write(spansArrive(spans, { framing }));
      await writer.write(spansArrive([of(4, NOON, 'eve')], { framing, project: 'other' }));
      const sessions = await reader.groups(asked());
      expect(sessions).toEqual({
        groups: [
          {
            project: 'shop',
            id: 's1',
            traceCount: 3,
            spanCount: 4,
            errorCount: 1,
            totalTokens: 21,
            totalCost: 0.3,
            firstUnixNano: NOON - DAY,
            lastUnixNano: NOON + 1n,
            endUnixNano: NOON + 100n * MILLI,
            others: { first: ['ada', 'bo'], count: 2, relation: 'eq' },
          },
        ],
        total: 1,
        totalRelation: 'eq',
        nextCursor: null,
      });
      const users = await reader.groups(asked({ by: 'userId', sort: { field: 'trace_count', direction: 'desc' } }));
      expect(users.groups.map(({ id, traceCount, others }) => [id, traceCount, others.count])).toEqual([
        ['ada', 3, 1],
        ['bo', 1, 1],
      ]);
      const today = await reader.groups(asked({ filter: { ...EVERYTHING, startUnixNano: NOON } }));
      expect(today.groups).toMatchObject([{ id: 's1', traceCount: 2, firstUnixNano: NOON }]);
      expect((await reader.groups(asked({ filter: { ...EVERYTHING, project: null } }))).total).toBe(2);
    }));

  test('a group ends with its last trace, to the nanosecond, however that trace was sent', () =>
    withStore(factory, async ({ writer, reader }) => {
      const end = NOON + 9n * MILLI;
      const of = (number: number, startUnixNano: bigint) =>
        spanModel({
          traceId: traceIdOf(number),
          startUnixNano,
          endUnixNano: end,
          attributes: { 'session.id': `s${String(number)}` },
        });
      for (const number of [0, 1]) await writer.write(spansArrive([of(number, NOON + 7n)], { framing }));
      await writer.write(nativeArrives([{ trace_id: traceIdOf(1), name: 'also native', spans: [] }]));
      const { groups } = await reader.groups(asked());
      expect(groups.map(({ id, endUnixNano }) => [id, endUnixNano])).toEqual([
        ['s0', end],
        ['s1', end],
      ]);
    }));

  test('a walk by first seen leaves nobody out of days of several projects with few each', () =>
    withStore(factory, async ({ writer, reader }) => {
      const write = async (project: string, starts: readonly bigint[], session: string) => {
        const spans = starts.map((startUnixNano, at) =>
          spanModel({ traceId: traceIdOf(at), startUnixNano, attributes: { 'session.id': session } }),
        );
        const early = spanModel({ traceId: traceIdOf(9), startUnixNano: NOON - MILLI });
        await writer.write(spansArrive([early, ...spans], { framing, project }));
      };
      await write('a', [NOON - DAY, NOON], 's1');
      await write('b', [NOON + 1n], 's2');
      await write('c', [NOON + 2n], 's3');
      const query = asked({
        filter: { ...EVERYTHING, project: null },
        limit: 1,
        sort: { field: 'first_seen', direction: 'asc' },
      });
      const ids = (await walk(reader, query)).flatMap((groups) => groups.map(({ id }) => id));
      expect(ids).toEqual(['s1', 's2', 's3']);
    }));

  test('a cursor that is none, or of another list or order, is refused', () =>
    withStore(factory, async ({ writer, reader }) => {
      const of = (number: number) =>
        spanModel({ traceId: traceIdOf(number), attributes: { 'session.id': `s${String(number)}`, 'user.id': 'ada' } });
      await writer.write(spansArrive([of(0), of(1)], { framing }));
      const cursor = (await reader.groups(asked({ limit: 1 }))).nextCursor!;
      expect((await reader.groups(asked({ cursor }))).groups).toMatchObject([{ id: 's1' }]);
      for (const other of [
        asked({ cursor, by: 'userId' }),
        asked({ cursor, sort: { field: 'trace_count', direction: 'desc' } }),
        asked({ cursor, sort: { field: 'last_seen', direction: 'asc' } }),
        asked({ cursor: 'x' }),
      ])
        await expect(reader.groups(other)).rejects.toThrow(UnusableCursor);
    }));

  test(
    'any filter, sort and paging of sessions and users answers as the memory store does',
    () =>
      fc.assert(
        fc.asyncProperty(anyShelf, fc.array(anyGroupQuery, { minLength: 6, maxLength: 12 }), async (shelf, queries) => {
          const requests = requestsOf(shelf, framing);
          const oracle = createMemoryTraceStore({ prices: CONTRACT_PRICES });
          await oracle.writer.write(requests.flat());
          await withStore(factory, async ({ writer, reader }) => {
            for (const request of requests) await writer.write(request);
            for (const query of queries) {
              const { nextCursor: truthGoesOn, ...truth } = await oracle.reader.groups(query);
              const { nextCursor, ...page } = await reader.groups(query);
              expect({ query, page, goesOn: nextCursor !== null }).toEqual({
                query,
                page: truth,
                goesOn: truthGoesOn !== null,
              });
              expect({ query, walked: await walk(reader, query) }).toEqual({
                query,
                walked: await walk(oracle.reader, query),
              });
            }
          });
        }),
        { numRuns: 10 },
      ),
    MANY_STORES_MILLIS,
  );
};
