import fc from 'fast-check';

import type {
  BucketMillis,
  GroupField,
  TimedFilter,
  TimeseriesQuery,
  StoreAnalytics,
  TraceMetric,
} from '../analytics.js';
import { createMemoryTraceStore } from '../memory/index.js';
import { type Framing, nativeArrives, spansArrive } from './delivery.js';
import { anyFilter, anyShelf } from './finding-contract.js';
import { DAY, MILLI, NOON, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
import { CONTRACT_PRICES } from './prices.js';
import { EVERYTHING } from './queries.js';
import { MANY_STORES_MILLIS, type StoreFactory, withStore } from './stores.js';

const MINUTE = 60_000n * MILLI;
const HOUR = 60n * MINUTE;
const HOUR_MILLIS = 3_600_000;
const at = (nanos: bigint): number => Number(nanos / MILLI);

const DAYS: TimedFilter = { ...EVERYTHING, startUnixNano: NOON - 3n * DAY, endUnixNano: NOON + 3n * DAY };

const asked = (changes: Partial<TimeseriesQuery> = {}): TimeseriesQuery => ({
  filter: DAYS,
  bucketMillis: HOUR_MILLIS,
  isWeighted: true,
  metric: 'count',
  groupBy: null,
  limit: 10,
  ...changes,
});

const call = (number: number, changes: Partial<SpanModel> = {}): SpanModel =>
  spanModel({
    traceId: traceIdOf(number),
    startUnixNano: NOON + BigInt(number) * 20n * MINUTE,
    endUnixNano: NOON + BigInt(number) * 20n * MINUTE + 100n * MILLI,
    ...changes,
    attributes: {
      'user.id': `user-${String(number % 2)}`,
      'session.id': `session-${String(number)}`,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': number < 3 ? 'm-1' : 'm-2',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
      'gen_ai.usage.cost': 0.1,
      ...changes.attributes,
    },
  });

const failed = { statusCode: 2, attributes: { 'error.type': 'Timeout' } } as const;

/** At noon three in the first hour, the second of them failed, then one an hour that failed of no type. */
const CALLS: readonly SpanModel[] = [call(0), call(1, failed), call(2), call(3, { statusCode: 2 }), call(6)];

const METRICS: readonly TraceMetric[] = [
  'count',
  'errors',
  'error_rate',
  'duration_avg',
  'duration_p50',
  'duration_p95',
  'duration_p99',
  'total_tokens',
  'input_tokens',
  'output_tokens',
  'cost',
];
const GROUPS: readonly (GroupField | null)[] = [
  null,
  'model',
  'provider',
  'name',
  'user',
  'session',
  'service',
  'environment',
  'tag',
  'status',
  'type',
];
const BUCKETS: readonly BucketMillis[] = [60_000, 3_600_000, 86_400_000];

/** Ends that cut minutes, hours and days, and such that don't. */
const anyRange = fc
  .tuple(
    fc.constantFrom(-3n * DAY, -13n * HOUR, -HOUR, 0n, MILLI, 5n * MILLI),
    fc.constantFrom(2n * MILLI, 61n * MINUTE, 12n * HOUR, 5n * DAY),
  )
  .map(([start, length]) => ({ startUnixNano: NOON + start, endUnixNano: NOON + start + length }));

const anyAsked: fc.Arbitrary<TimeseriesQuery> = fc
  .record({
    filter: fc.oneof(fc.constant(EVERYTHING), anyFilter),
    range: anyRange,
    bucketMillis: fc.constantFrom(...BUCKETS),
    isWeighted: fc.boolean(),
    metric: fc.constantFrom(...METRICS),
    groupBy: fc.constantFrom(...GROUPS),
    limit: fc.constantFrom(1, 2, 10),
  })
  .map(({ filter, range, ...rest }) => ({ ...rest, filter: { ...filter, ...range } }));

const answersOf = async (reader: StoreAnalytics, query: TimeseriesQuery) => {
  const { uniqueUsers, uniqueSessions, ...summary } = await reader.summarise(query);
  return { uniques: [uniqueUsers, uniqueSessions], exact: { summary, series: await reader.timeseries(query) } };
};

/** A user or session that a trace has no more may still count. */
const expectSame = async (reader: StoreAnalytics, oracle: StoreAnalytics, query: TimeseriesQuery): Promise<void> => {
  const answer = await answersOf(reader, query);
  const truth = await answersOf(oracle, query);
  expect(answer.exact).toEqual(truth.exact);
  answer.uniques.forEach((count, at) => {
    expect(count).toBeGreaterThanOrEqual(truth.uniques[at] ?? 0);
  });
};

export const analyticsContract = (factory: StoreFactory, framing: Framing): void => {
  test('a summary counts traces, spans, errors, tokens, costs, users and sessions', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive(CALLS, { framing }));
      await writer.write(spansArrive([call(0)], { framing, project: 'other' }));
      const { totals, series, errorTypes, durations, ...uniques } = await reader.summarise(asked());
      const noon = { traces: 3, spans: 3, errors: 1, timed: 3, durationMicros: 300_000, tokens: 45, cost: 0.3 };
      expect(totals).toEqual({
        stored: 5,
        traces: 5,
        spans: 5,
        errors: 2,
        timed: 5,
        durationMicros: 500_000,
        tokens: 75,
        inputTokens: 50,
        outputTokens: 25,
        cost: 0.5,
      });
      expect(series).toMatchObject([
        { startMillis: at(NOON), ...noon },
        { startMillis: at(NOON + HOUR), traces: 1, errors: 1 },
        { startMillis: at(NOON + 2n * HOUR), traces: 1, errors: 0 },
      ]);
      expect(uniques).toEqual({ uniqueUsers: 2, uniqueSessions: 5 });
      expect(errorTypes).toEqual([
        { errorType: 'Timeout', traces: 1 },
        { errorType: 'unknown', traces: 1 },
      ]);
      for (const quantile of Object.values(durations)) expect(Math.abs((quantile ?? 0) - 100)).toBeLessThanOrEqual(1);
    }));

  test('where nothing is there all sums are nothing', () =>
    withStore(factory, async ({ reader }) => {
      expect(await reader.summarise(asked())).toMatchObject({
        totals: { traces: 0, cost: 0 },
        durations: { p50: null, p95: null, p99: null },
        uniqueUsers: 0,
        series: [],
        errorTypes: [],
      });
      expect(await reader.timeseries(asked())).toEqual({ groups: [], several: null, other: null });
    }));

  test('the ends of a range count to the nanosecond', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(
        spansArrive(
          [0n, 1n, 2n, 3n].map((nano, number) =>
            call(number, { startUnixNano: NOON + nano, endUnixNano: NOON + MILLI }),
          ),
          { framing },
        ),
      );
      const filter = { ...DAYS, startUnixNano: NOON + 1n, endUnixNano: NOON + 3n };
      expect((await reader.summarise(asked({ filter }))).totals.traces).toBe(2);
      expect((await reader.timeseries(asked({ filter }))).groups).toMatchObject([{ total: 2, traces: 2 }]);
    }));

  test('a later span changes what was counted', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive([call(0)], { framing }));
      expect((await reader.summarise(asked())).totals).toMatchObject({ traces: 1, spans: 1, errors: 0 });
      expect((await reader.timeseries(asked({ metric: 'errors' }))).groups).toMatchObject([{ total: 0 }]);
      const early = { spanId: spanIdOf(1), parentSpanId: spanIdOf(0), startUnixNano: NOON - 2n * HOUR };
      await writer.write(spansArrive([call(0, { ...failed, ...early })], { framing }));
      const { totals, series, uniqueUsers } = await reader.summarise(asked());
      expect(totals).toMatchObject({ traces: 1, spans: 2, errors: 1 });
      expect(series).toMatchObject([{ startMillis: at(NOON - 2n * HOUR), traces: 1 }]);
      expect(uniqueUsers).toBe(1);
      expect((await reader.timeseries(asked({ metric: 'errors' }))).groups).toMatchObject([
        { total: 1, points: [{ startMillis: at(NOON - 2n * HOUR), value: 1 }] },
      ]);
    }));

  test('a trace of two models counts in both, its tokens and costs in neither but together', () =>
    withStore(factory, async ({ writer, reader }) => {
      const second = { spanId: spanIdOf(1), parentSpanId: spanIdOf(0), attributes: { 'gen_ai.request.model': 'm-2' } };
      await writer.write(spansArrive([call(0), call(0, second), call(1)], { framing }));
      const counts = await reader.timeseries(asked({ groupBy: 'model' }));
      expect(counts).toMatchObject({
        groups: [
          { group: 'm-1', total: 2 },
          { group: 'm-2', total: 1 },
        ],
        several: null,
      });
      const tokens = await reader.timeseries(asked({ groupBy: 'model', metric: 'input_tokens' }));
      const all = await reader.timeseries(asked({ metric: 'input_tokens' }));
      expect(tokens.groups).toMatchObject([{ group: 'm-1', total: 10, traces: 1 }]);
      expect((tokens.several?.total ?? 0) + 10).toBe(all.groups[0]?.total);
    }));

  test('a trace counts once in a group that several of its tags name', () =>
    withStore(factory, async ({ writer, reader }) => {
      const metadata = { tags: { team: 'blue', 'team:blue': true } };
      const start = { start_time: '2026-11-20T12:00:00+00:00', end_time: null };
      await writer.write(
        nativeArrives([{ trace_id: traceIdOf(0), name: 'native', ...start, metadata, spans: [] }], { framing }),
      );
      expect((await reader.timeseries(asked({ groupBy: 'tag' }))).groups).toMatchObject([
        { group: 'team', total: 1 },
        { group: 'team:blue', total: 1, traces: 1 },
      ]);
    }));

  const weighing = (number: number, weight: number, changes: Partial<SpanModel> = {}): SpanModel =>
    call(number, { ...changes, attributes: { ...changes.attributes, 'noveum.sample_weight': weight } });

  /** Three in the first hour, of which the second stands for ten and the third, which failed, for two and a half. */
  const WEIGHED: readonly SpanModel[] = [
    call(0),
    weighing(1, 10, { endUnixNano: NOON + 20n * MINUTE + 300n * MILLI }),
    weighing(2, 2.5, failed),
    call(3),
  ];

  test('a trace counts as many as its weight says, or as one where that is asked for', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive(WEIGHED, { framing }));
      const byWeight = await reader.summarise(asked());
      const noon = { stored: 3, traces: 13.5, spans: 13.5, errors: 2.5, timed: 13.5, durationMicros: 3_350_000 };
      expect(byWeight).toMatchObject({
        totals: { stored: 4, traces: 14.5, errors: 2.5, durationMicros: 3_450_000, tokens: 218, cost: 1.45 },
        series: [
          { startMillis: at(NOON), ...noon, cost: 1.35 },
          { startMillis: at(NOON + HOUR), stored: 1, traces: 1, tokens: 15 },
        ],
        uniqueUsers: 2,
        uniqueSessions: 4,
        errorTypes: [{ errorType: 'Timeout', traces: 2.5 }],
      });
      expect(Math.abs((byWeight.durations.p50 ?? 0) - 300)).toBeLessThanOrEqual(3);
      const once = await reader.summarise(asked({ isWeighted: false }));
      expect(once).toMatchObject({
        totals: { stored: 4, traces: 4, errors: 1, durationMicros: 600_000, tokens: 60, cost: 0.4 },
        errorTypes: [{ errorType: 'Timeout', traces: 1 }],
      });
      expect(Math.abs((once.durations.p50 ?? 0) - 100)).toBeLessThanOrEqual(1);
    }));

  test.each<[TraceMetric, number, number, number]>([
    ['count', 13.5, 12.5, 3],
    ['error_rate', 2.5 / 13.5, 2.5 / 12.5, 1 / 3],
    ['duration_avg', 3350 / 13.5, 3250 / 12.5, 500 / 3],
    ['cost', 1.35, 1.25, 0.3],
  ])('%s is told by weight over time, and of each group', (metric, noon, ofTwo, noonOnce) =>
    withStore(factory, async ({ writer, reader }) => {
      // The traces of users 0 and 1 are turn about; those of the model's second name stand for themselves.
      await writer.write(spansArrive(WEIGHED, { framing }));
      const pointOf = async (changes: Partial<TimeseriesQuery>) =>
        (await reader.timeseries(asked({ metric, ...changes }))).groups[0]?.points[0]?.value;
      expect(await pointOf({})).toBeCloseTo(noon, 9);
      expect(await pointOf({ isWeighted: false })).toBeCloseTo(noonOnce, 9);
      const filter = { ...DAYS, startUnixNano: NOON + MINUTE };
      const byModel = await reader.timeseries(asked({ metric, filter, groupBy: 'model' }));
      expect(byModel.groups).toMatchObject([
        { group: 'm-1', stored: 2, traces: 12.5 },
        { group: 'm-2', stored: 1, traces: 1 },
      ]);
      expect(byModel.groups[0]?.total).toBeCloseTo(ofTwo, 9);
    }),
  );

  test('groups are in the order of what they count by weight', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive([call(0), call(1), weighing(4, 3)], { framing }));
      const groups = async (isWeighted: boolean) =>
        (await reader.timeseries(asked({ groupBy: 'model', isWeighted }))).groups.map(({ group }) => group);
      expect(await groups(true)).toEqual(['m-2', 'm-1']);
      expect(await groups(false)).toEqual(['m-1', 'm-2']);
    }));

  test('a weight that comes with a later span counts from then on', () =>
    withStore(factory, async ({ writer, reader }) => {
      const early = { spanId: spanIdOf(1), parentSpanId: spanIdOf(0) };
      await writer.write(spansArrive([call(0, early), call(1)], { framing }));
      const traces = async () => (await reader.summarise(asked())).totals.traces;
      expect(await traces()).toBe(2);
      await writer.write(spansArrive([weighing(0, 4)], { framing }));
      expect(await traces()).toBe(5);
      expect((await reader.summarise(asked({ isWeighted: false }))).totals).toMatchObject({ stored: 2, traces: 2 });
    }));

  test('groups beyond the limit are one: the others', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(spansArrive(CALLS, { framing }));
      expect(await reader.timeseries(asked({ groupBy: 'session', metric: 'cost', limit: 2 }))).toEqual({
        groups: [
          { group: 'session-0', total: 0.1, stored: 1, traces: 1, points: [{ startMillis: at(NOON), value: 0.1 }] },
          { group: 'session-1', total: 0.1, stored: 1, traces: 1, points: [{ startMillis: at(NOON), value: 0.1 }] },
        ],
        several: null,
        other: {
          groups: 3,
          total: 0.3,
          stored: 3,
          traces: 3,
          points: [
            { startMillis: at(NOON), value: 0.1 },
            { startMillis: at(NOON + HOUR), value: 0.1 },
            { startMillis: at(NOON + 2n * HOUR), value: 0.1 },
          ],
        },
      });
    }));

  test(
    'answers as the documents say, whatever is asked for',
    () =>
      fc.assert(
        fc.asyncProperty(
          anyShelf,
          fc.array(anyAsked, { minLength: 4, maxLength: 10 }),
          async ([traces, natives, places], queries) => {
            const project = (number: number): string => (places[number] === true ? 'shop' : 'other');
            const requests = [
              ...traces.map((spans, number) => spansArrive(spans, { framing, project: project(number) })),
              ...natives.map((trace, number) => nativeArrives([trace], { framing, project: project(6 + number) })),
            ];
            const oracle = createMemoryTraceStore({ prices: CONTRACT_PRICES });
            await withStore(factory, async ({ writer, reader }) => {
              // Asked twice, so that what was kept from the first time is proven not to be old.
              for (const some of [requests.slice(0, 6), requests.slice(6)]) {
                await writer.write(some.flat());
                await oracle.writer.write(some.flat());
                for (const query of queries) await expectSame(reader, oracle.reader, query);
              }
            });
          },
        ),
        { numRuns: 12 },
      ),
    MANY_STORES_MILLIS,
  );
};
