import fc from 'fast-check';

import { createMemoryTraceStore } from '../memory/index.js';
import {
  type SortField,
  type TraceFilter,
  type TraceFragment,
  type TraceQuery,
  UnusableCursor,
} from '../trace-store.js';
import { anyTrace } from './arbitraries.js';
import { CONTRACT_PRICES } from './prices.js';
import { type Framing, nativeArrives, type NativeModel, spansArrive } from './delivery.js';
import { MILLI, NOON, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
import { EVERYTHING, keysOf, query, walk } from './queries.js';
import { MANY_STORES, MANY_STORES_MILLIS, type OpenStore, type StoreFactory, withStore } from './stores.js';

/** Traces of which each filter catches some and leaves some. */
const examples: readonly SpanModel[] = [
  spanModel({
    traceId: traceIdOf(0),
    service: 'api',
    environment: 'prod',
    attributes: {
      'user.id': 'ada',
      'session.id': 's1',
      'tag.tags': ['beta', 'team:red'],
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'm-1',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cost': 0.25,
    },
  }),
  spanModel({
    traceId: traceIdOf(0),
    spanId: spanIdOf(1),
    parentSpanId: spanIdOf(0),
    service: 'db',
    statusCode: 2,
    attributes: { 'error.type': 'TimeoutError', 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm-10' },
  }),
  spanModel({
    traceId: traceIdOf(1),
    startUnixNano: NOON + 1n,
    endUnixNano: NOON + 5n * MILLI,
    service: 'worker',
    environment: 'dev',
    statusCode: 2,
    attributes: { 'user.id': 'bo', 'tag.tags': ['beta'] },
  }),
  spanModel({ traceId: traceIdOf(2), startUnixNano: NOON - 1n, endUnixNano: null, service: null }),
];

const richTags: NativeModel = {
  trace_id: traceIdOf(3),
  name: 'native',
  start_time: '2026-11-20T11:00:00+00:00',
  end_time: '2026-11-20T11:00:02+00:00',
  status: 'ok',
  environment: 'prod',
  attributes: { total_tokens: 10, total_cost: 0.5 },
  metadata: { user_id: 'ada', session_id: null, tags: { team: 'blue', tier: 3 } },
  spans: [],
};

const compare = (...compares: TraceFilter['compare'][number][]): Partial<TraceFilter> => ({ compare: compares });

/** Filter, and the numbers of the example traces that it finds. */
const exampleFilters: readonly [string, Partial<TraceFilter>, readonly number[]][] = [
  ['nothing asked', {}, [0, 1, 2, 3]],
  ['from a start on, itself included', { startUnixNano: NOON }, [0, 1]],
  ['up to an end, itself excluded', { endUnixNano: NOON }, [2, 3]],
  ['one nanosecond', { startUnixNano: NOON, endUnixNano: NOON + 1n }, [0]],
  ['an environment', { equals: { environment: 'prod' } }, [0, 3]],
  ['not an environment, none at all counting', { notEquals: { environment: 'prod' } }, [1, 2]],
  ['a status', { equals: { status: 'error' } }, [1]],
  ['not a status', { notEquals: { status: 'error' } }, [0, 2, 3]],
  ['an unknown status', { equals: { status: 'sideways' } }, []],
  ['a user', { equals: { userId: 'ada' } }, [0, 3]],
  ['not a user', { notEquals: { userId: 'ada' } }, [1, 2]],
  ['a session', { equals: { sessionId: 's1' } }, [0]],
  ['not a session', { notEquals: { sessionId: 's1' } }, [1, 2, 3]],
  ['a service of any span', { equals: { service: 'db' } }, [0]],
  ['no span of a service', { notEquals: { service: 'db' } }, [1, 2, 3]],
  ['a tag', { tags: ['beta'] }, [0, 1]],
  ['two tags', { tags: ['beta', 'team:red'] }, [0]],
  ['a tag with its value', { tags: ['team:blue'] }, [3]],
  ['a tag by its name alone', { tags: ['team'] }, [3]],
  ['a tag with a number', { tags: ['tier:3'] }, [3]],
  ['a tag that no trace has', { tags: ['beta', 'nothing'] }, []],
  ['an error in any span', { hasError: true }, [0, 1]],
  ['no error', { hasError: false }, [2, 3]],
  ['longer than', compare({ field: 'duration_ms', operator: 'gt', value: 100 }), [3]],
  ['at least as long as', compare({ field: 'duration_ms', operator: 'gte', value: 100 }), [0, 3]],
  ['shorter than', compare({ field: 'duration_ms', operator: 'lt', value: 100 }), [1]],
  ['at most as long as', compare({ field: 'duration_ms', operator: 'lte', value: 100 }), [0, 1]],
  ['as long as', compare({ field: 'duration_ms', operator: 'eq', value: 100 }), [0]],
  ['not as long as', compare({ field: 'duration_ms', operator: 'neq', value: 100 }), [1, 2, 3]],
  ['a number of spans', compare({ field: 'span_count', operator: 'gte', value: 2 }), [0]],
  ['a number of errors', compare({ field: 'error_count', operator: 'eq', value: 0 }), [2, 3]],
  ['a name', { equals: { name: 'native' } }, [3]],
  ['not a name', { notEquals: { name: 'request' } }, [3]],
  ['a key', { equals: { traceKey: traceIdOf(1) } }, [1]],
  ['not a key', { notEquals: { traceKey: traceIdOf(1) } }, [0, 2, 3]],
  ['not a project', { project: null, notProject: 'shop' }, []],
  ['a model of any span', { equals: { model: 'm-1' } }, [0]],
  ['a model whose name begins another', { equals: { model: 'm' } }, []],
  ['no span of a model', { notEquals: { model: 'm-10' } }, [1, 2, 3]],
  ['a provider', { equals: { provider: 'openai' } }, [0]],
  ['not a provider', { notEquals: { provider: 'openai' } }, [1, 2, 3]],
  ['a type of span', { equals: { type: 'llm' } }, [0]],
  ['plain spans, where there are any', { equals: { type: 'span' } }, [1, 2]],
  ['no span of a type', { notEquals: { type: 'llm' } }, [1, 2, 3]],
  ['no plain span', { notEquals: { type: 'span' } }, [0, 3]],
  ['a type of error', { equals: { errorType: 'TimeoutError' } }, [0]],
  ['not a type of error', { notEquals: { errorType: 'TimeoutError' } }, [1, 2, 3]],
  ['dearer than', compare({ field: 'total_cost', operator: 'gt', value: 0.25 }), [3]],
  ['at least as dear as', compare({ field: 'total_cost', operator: 'gte', value: 0.25 }), [0, 3]],
  [
    'at most as dear as, which says nothing of those without a cost',
    compare({ field: 'total_cost', operator: 'lte', value: 1 }),
    [0, 3],
  ],
  ['not as dear as', compare({ field: 'total_cost', operator: 'neq', value: 0.25 }), [1, 2, 3]],
  ['more tokens than', compare({ field: 'total_tokens', operator: 'gt', value: 10 }), [0]],
  ['fewer tokens than', compare({ field: 'total_tokens', operator: 'lt', value: 15 }), [3]],
  ['a number of tokens', compare({ field: 'total_tokens', operator: 'eq', value: 15 }), [0]],
  [
    'everything at once',
    {
      startUnixNano: NOON,
      endUnixNano: NOON + MILLI,
      equals: { environment: 'prod', userId: 'ada', sessionId: 's1', service: 'api', status: 'ok', model: 'm-1' },
      notEquals: { service: 'worker' },
      tags: ['beta', 'team:red'],
      hasError: true,
      compare: [
        { field: 'span_count', operator: 'eq', value: 2 },
        { field: 'duration_ms', operator: 'lt', value: 101 },
        { field: 'total_tokens', operator: 'gte', value: 15 },
        { field: 'total_cost', operator: 'lt', value: 1 },
      ],
    },
    [0],
  ],
];

const text = (...values: string[]) => fc.option(fc.constantFrom(...values), { freq: 1, nil: undefined });
const texts = fc
  .record({
    environment: text('prod', 'dev', 'test'),
    status: text('ok', 'error', 'timeout'),
    userId: text('ada', 'bo'),
    sessionId: text('s1', 's2'),
    service: text('api', 'worker', 'db'),
    model: text('m-1', 'm-2'),
    provider: text('openai', 'aws.bedrock'),
    type: text('llm', 'agent', 'span'),
    name: text('chat', 'native', 'größe'),
    errorType: text('TimeoutError', 'IOError'),
    traceKey: text(traceIdOf(0), traceIdOf(5)),
  })
  .chain((all) => fc.subarray(Object.entries(all), { maxLength: 2 }))
  .map((entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined)));

export const anyFilter: fc.Arbitrary<TraceFilter> = fc
  .record({
    project: fc.constantFrom('shop', 'shop', 'other', null, null),
    notProject: fc.option(fc.constantFrom('shop', 'other'), { freq: 1 }),
    time: fc.option(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 4 })), { freq: 1 }),
    equals: texts,
    notEquals: texts,
    tags: fc.subarray(['beta', 'vip', 'team:red', 'team:blue'], { maxLength: 2 }),
    hasError: fc.option(fc.boolean(), { freq: 1 }),
    compare: fc.array(
      fc.record({
        field: fc.constantFrom('duration_ms', 'span_count', 'error_count', 'total_cost', 'total_tokens'),
        operator: fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq', 'neq'),
        value: fc.constantFrom(0, 0.25, 1, 2, 7, 250),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ time, hasError, notProject, ...rest }) => ({
    ...rest,
    ...(notProject === null ? {} : { notProject }),
    ...(time === null
      ? {}
      : { startUnixNano: NOON + BigInt(time[0]) * MILLI, endUnixNano: NOON + BigInt(time[0] + time[1]) * MILLI }),
    ...(hasError === null ? {} : { hasError }),
  }));

const SORT_FIELDS: readonly SortField[] = ['start_time', 'duration_ms', 'total_cost', 'total_tokens', 'span_count'];

const anyQuery: fc.Arbitrary<TraceQuery> = fc
  .record({
    filter: anyFilter,
    field: fc.constantFrom(...SORT_FIELDS),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
    limit: fc.constantFrom(1, 2, 3, 50),
    offset: fc.constantFrom(0, 0, 1, 5),
    count: fc.constantFrom('bounded' as const, 'exact' as const),
  })
  .map(({ field, direction, ...rest }) => ({ ...rest, sort: { field, direction } }));

const anyNative = (number: number): fc.Arbitrary<NativeModel> =>
  fc.record({
    trace_id: fc.constant(traceIdOf(number)),
    name: fc.constant('native'),
    start_time: fc.constantFrom('2026-11-20T12:00:00.001+00:00', '2026-11-19T03:00:00.123456+00:00'),
    end_time: fc.constantFrom('2026-11-20T12:00:00.002+00:00', '2026-11-20T13:00:00+00:00'),
    status: fc.constantFrom('ok', 'error', 'timeout', 'cancelled'),
    attributes: fc.record(
      { total_tokens: fc.constantFrom(0, 7, 1000), total_cost: fc.constantFrom(0, 0.25, 3) },
      { requiredKeys: [] },
    ),
    metadata: fc.record({
      user_id: fc.constantFrom('ada', null),
      session_id: fc.constantFrom('s1', null),
      tags: fc.constantFrom({}, { beta: true }, { team: 'red' }),
    }),
    spans: fc.constant([]),
  });

/** Twelve traces, in two projects, six of them native. */
export const anyShelf = fc.tuple(
  fc.tuple(...Array.from({ length: 6 }, (_, at) => anyTrace(traceIdOf(at)))),
  fc.tuple(...Array.from({ length: 6 }, (_, at) => anyNative(at + 4))),
  fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
);

type Shelf = typeof anyShelf extends fc.Arbitrary<infer Traces> ? Traces : never;

/** A request for each trace. */
export const requestsOf = ([otlp, natives, places]: Shelf, framing: Framing): TraceFragment[][] => [
  ...otlp.map((spans, at) => spansArrive(spans, { framing, project: places[at] === true ? 'shop' : 'other' })),
  ...natives.map((trace, at) =>
    nativeArrives([trace], { framing, project: places[6 + at] === true ? 'shop' : 'other' }),
  ),
];

const fillWithExamples = async ({ writer }: OpenStore, framing: Framing): Promise<void> => {
  await writer.write(spansArrive(examples, { framing }));
  await writer.write(nativeArrives([richTags], { framing }));
};

export const findingContract = (factory: StoreFactory, framing: Framing): void => {
  test('each filter finds the traces it means', () =>
    withStore(factory, async (store) => {
      await fillWithExamples(store, framing);
      for (const [name, filter, numbers] of exampleFilters) {
        const page = await store.reader.find(query({ filter: { ...EVERYTHING, ...filter } }));
        const found = page.traces.map((trace) => trace.trace_key).sort();
        expect({ name, found, total: page.total }).toEqual({
          name,
          found: numbers.map(traceIdOf).sort(),
          total: numbers.length,
        });
        expect(page.totalRelation).toBe('eq');
      }
    }));

  test(
    'any filter, sort and paging answers as the memory store does',
    () =>
      fc.assert(
        fc.asyncProperty(anyShelf, fc.array(anyQuery, { minLength: 6, maxLength: 12 }), async (shelf, queries) => {
          const fragments = requestsOf(shelf, framing);
          const oracle = createMemoryTraceStore({ prices: CONTRACT_PRICES });
          await oracle.writer.write(fragments.flat());
          await withStore(factory, async ({ writer, reader }) => {
            for (const request of fragments) await writer.write(request);
            for (const asked of queries) {
              const truth = await oracle.reader.find(asked);
              const answer = await reader.find(asked);
              expect({ asked, keys: keysOf(answer.traces) }).toEqual({ asked, keys: keysOf(truth.traces) });
              expect(answer.traces).toEqual(truth.traces);
              expect([answer.total, answer.totalRelation]).toEqual([truth.total, truth.totalRelation]);
              const walked = (await walk(reader, { ...asked, offset: 0 })).map((page) => keysOf(page.traces));
              expect({ asked, walked }).toEqual({
                asked,
                walked: (await walk(oracle.reader, { ...asked, offset: 0 })).map((page) => keysOf(page.traces)),
              });
            }
          });
        }),
        { numRuns: 25, ...MANY_STORES },
      ),
    MANY_STORES_MILLIS,
  );

  test('durations are compared as they are shown, in microseconds', () =>
    withStore(factory, async ({ writer, reader }) => {
      const nanos = [0n, 499n, 500n, 6_999_500n, 7_000_000n, 7_000_007n, 7_000_499n, 7_000_500n, 7_001_000n];
      const spans = nanos.map((each, number) =>
        spanModel({ traceId: traceIdOf(number), startUnixNano: NOON, endUnixNano: NOON + each }),
      );
      await writer.write(spansArrive(spans, { framing }));
      const shown = nanos.map((each) => Number((each + 500n) / 1_000n) / 1_000);
      const holds = { gt: (a: number, b: number) => a > b, gte: (a: number, b: number) => a >= b };
      for (const value of [0, 0.001, 7, 7.0005, 7.001])
        for (const [operator, isWanted] of Object.entries({
          ...holds,
          lt: (a: number, b: number) => !holds.gte(a, b),
          lte: (a: number, b: number) => !holds.gt(a, b),
          eq: (a: number, b: number) => a === b,
          neq: (a: number, b: number) => a !== b,
        })) {
          const compare = [{ field: 'duration_ms', operator: operator as 'gt', value } as const];
          const { traces } = await reader.find(query({ filter: { ...EVERYTHING, compare } }));
          const wanted = shown.flatMap((each, number) => (isWanted(each, value) ? [traceIdOf(number)] : []));
          expect({ operator, value, keys: keysOf(traces).sort() }).toEqual({
            operator,
            value,
            keys: wanted.map((key) => `shop/${key}`).sort(),
          });
        }
    }));

  test('ties in the sort field go by trace key, in both directions', () =>
    withStore(factory, async ({ writer, reader }) => {
      const numbers = [4, 1, 3, 0, 2];
      for (const number of numbers)
        await writer.write(spansArrive([spanModel({ traceId: traceIdOf(number) })], { framing }));
      for (const field of SORT_FIELDS)
        for (const direction of ['asc', 'desc'] as const) {
          const page = await reader.find(query({ sort: { field, direction } }));
          expect(page.traces.map((trace) => trace.trace_key)).toEqual([0, 1, 2, 3, 4].map(traceIdOf));
        }
    }));

  test('a missing value is the lowest, whichever the direction', () =>
    withStore(factory, async (store) => {
      await fillWithExamples(store, framing);
      const lowest = async (field: SortField): Promise<readonly (string | undefined)[]> => {
        const asc = await store.reader.find(query({ sort: { field, direction: 'asc' } }));
        const desc = await store.reader.find(query({ sort: { field, direction: 'desc' } }));
        return [asc.traces[0]?.trace_key, desc.traces.at(-1)?.trace_key];
      };
      // The one that is unfinished; of two without a price the lesser key, in either direction.
      expect(await lowest('duration_ms')).toEqual([traceIdOf(2), traceIdOf(2)]);
      expect(await lowest('total_cost')).toEqual([traceIdOf(1), traceIdOf(2)]);
    }));

  test('starts a nanosecond apart are told apart', () =>
    withStore(factory, async ({ writer, reader }) => {
      for (const number of [2, 0, 1])
        await writer.write(
          spansArrive([spanModel({ traceId: traceIdOf(9 - number), startUnixNano: NOON + BigInt(number) })], {
            framing,
          }),
        );
      const pages = await walk(reader, query({ limit: 1, sort: { field: 'start_time', direction: 'asc' } }));
      expect(pages.flatMap((page) => page.traces.map((trace) => trace.trace_key))).toEqual([9, 8, 7].map(traceIdOf));
    }));

  test('a walk by cursor misses and repeats nothing while traces arrive', () =>
    withStore(factory, async ({ writer, reader }) => {
      const startOf = (number: number): bigint => NOON + BigInt(number % 7) * MILLI;
      const write = async (number: number, startUnixNano: bigint) =>
        writer.write(spansArrive([spanModel({ traceId: traceIdOf(number), startUnixNano })], { framing }));
      const first = Array.from({ length: 20 }, (_, number) => number);
      for (const number of first) await write(number, startOf(number));
      for (const direction of ['asc', 'desc'] as const) {
        let next = direction === 'asc' ? 100 : 200;
        const pages = await walk(reader, query({ limit: 3, sort: { field: 'start_time', direction } }), async () => {
          await write(next, NOON - MILLI * BigInt(next));
          await write(next + 50, direction === 'asc' ? NOON : startOf(next));
          next++;
        });
        const seen = pages.flatMap((page) => page.traces.map((trace) => trace.trace_key));
        expect(new Set(seen).size).toBe(seen.length);
        expect(first.map(traceIdOf).filter((key) => !seen.includes(key))).toEqual([]);
      }
    }));

  test('the last page has no cursor, even where it is full; an offset behind the end is an empty page', () =>
    withStore(factory, async (store) => {
      await fillWithExamples(store, framing);
      expect((await store.reader.find(query({ limit: 4 }))).nextCursor).toBeNull();
      expect((await store.reader.find(query({ limit: 3 }))).nextCursor).not.toBeNull();
      expect(await store.reader.find(query({ offset: 50 }))).toMatchObject({ traces: [], total: 4, nextCursor: null });
    }));

  test('a cursor that is none, or of another sort, is refused', () =>
    withStore(factory, async (store) => {
      await fillWithExamples(store, framing);
      const { nextCursor } = await store.reader.find(query({ limit: 2 }));
      const other = query({ cursor: nextCursor!, sort: { field: 'duration_ms', direction: 'desc' } });
      await expect(store.reader.find(other)).rejects.toThrow(UnusableCursor);
      for (const cursor of ['', 'x', 'WzFd', Buffer.from('{"a":1}').toString('base64url')])
        await expect(store.reader.find(query({ cursor }))).rejects.toThrow(UnusableCursor);
    }));

  test('one project never sees another', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive([spanModel({ name: 'ours' })], { framing, project: 'shop' }));
      await writer.write(
        spansArrive([spanModel({ name: 'theirs', startUnixNano: NOON + 1n })], { framing, project: 'other' }),
      );
      const ours = await reader.find(query());
      expect(ours).toMatchObject({ total: 1, traces: [{ name: 'ours', project: 'shop' }] });
      expect(await reader.get('shop', traceIdOf(0))).toMatchObject({ name: 'ours', span_count: 1 });
      expect(await reader.get('nobody', traceIdOf(0))).toBeNull();
      const nobody = await reader.find(query({ filter: { ...EVERYTHING, project: 'nobody' } }));
      expect(nobody).toMatchObject({ traces: [], total: 0, nextCursor: null });
      expect((await reader.find(query({ filter: { ...EVERYTHING, project: null } }))).total).toBe(2);
      expect(await reader.get(null, traceIdOf(0))).toMatchObject({ name: 'theirs' });
      expect((await reader.usage('shop')).map((usage) => usage.project)).toEqual(['shop']);
    }));

  test('an unknown key is null, an empty store an empty page', () =>
    withStore(factory, async ({ reader }) => {
      expect(await reader.get('shop', traceIdOf(0))).toBeNull();
      expect(await reader.get(null, 'no-hex-at-all')).toBeNull();
      expect(await reader.usage(null)).toEqual([]);
      expect(await reader.find(query())).toEqual({ traces: [], total: 0, totalRelation: 'eq', nextCursor: null });
    }));
};

/** Total and paging over more traces than are counted; apart, since it takes its time. */
export const countingContract = (factory: StoreFactory): void => {
  test('totals are exact to 10,000, then at least that, unless asked to be exact', () =>
    withStore(factory, async ({ writer, reader }) => {
      const write = async (from: number, to: number): Promise<void> => {
        const spans = Array.from({ length: to - from }, (_, at) =>
          spanModel({ traceId: traceIdOf(from + at), startUnixNano: NOON + BigInt(from + at) * MILLI }),
        );
        await writer.write(spansArrive(spans));
      };
      for (let from = 0; from < 10_000; from += 1_000) await write(from, from + 1_000);
      expect(await reader.find(query({ limit: 1 }))).toMatchObject({ total: 10_000, totalRelation: 'eq' });
      await write(10_000, 10_005);
      expect(await reader.find(query({ limit: 1 }))).toMatchObject({ total: 10_000, totalRelation: 'gte' });
      const last = await reader.find(query({ limit: 1, count: 'exact', offset: 9_999 }));
      expect(last).toMatchObject({ total: 10_005, totalRelation: 'eq', traces: [{ trace_key: traceIdOf(5) }] });
      const few = { ...EVERYTHING, startUnixNano: NOON + 10_000n * MILLI };
      expect(await reader.find(query({ limit: 1, filter: few }))).toMatchObject({ total: 5, totalRelation: 'eq' });
    }));
};
