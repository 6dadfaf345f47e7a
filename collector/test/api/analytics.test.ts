import { createAnalyticsAnswers } from '../../src/query/index.js';
import { spansArrive } from '../../src/store/contract/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import { rootOf, type RunningApi, startApi } from './running-api.js';

const NOW = new Date('2026-11-20T12:30:00.500Z');

let api: RunningApi;
beforeAll(async () => {
  api = await startApi({ now: () => NOW });
});
afterAll(() => api.close());

interface Summary {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly time_series: readonly Readonly<Record<string, unknown>>[];
  readonly top_errors: readonly object[];
}

const summary = async (query = '', headers?: Record<string, string>): Promise<Summary> => {
  const reply = await api.get(`/v1/analytics/summary${query}`, headers);
  expect(reply.status).toBe(200);
  return reply.json() as unknown as Summary;
};

test("a summary is of the last day by the hour, of the key's project", async () => {
  const { summary: totals, time_series: series, top_errors: errors } = await summary('?project=shop');
  expect(totals).toEqual({
    total_traces: 6,
    stored_traces: 6,
    total_spans: 5,
    total_errors: 1,
    error_rate: 0.166667,
    avg_duration_ms: expect.any(Number) as number,
    total_cost: 0,
    unique_users: 1,
    unique_sessions: 0,
    total_tokens: 0,
    input_tokens: 0,
    output_tokens: 0,
    p50_duration_ms: expect.any(Number) as number,
    p95_duration_ms: expect.any(Number) as number,
    p99_duration_ms: expect.any(Number) as number,
    weighted: false,
    approximate: ['unique_users', 'unique_sessions', 'p50_duration_ms', 'p95_duration_ms', 'p99_duration_ms'],
  });
  expect(series).toHaveLength(25);
  expect(series[0]).toEqual({
    timestamp: '2026-11-19T12:00:00Z',
    traces: 0,
    errors: 0,
    avg_duration_ms: 0,
    cost: 0,
    spans: 0,
    total_tokens: 0,
    input_tokens: 0,
    output_tokens: 0,
  });
  expect(series[24]).toMatchObject({ timestamp: '2026-11-20T12:00:00Z', traces: 5, errors: 1 });
  expect(errors).toEqual([{ error_type: 'unknown', count: 1, percentage: 100 }]);
});

test.each([
  ['1h', 'minute', 61],
  ['1h', 'hour', 2],
  ['1h', 'day', 1],
  ['24h', 'minute', 1441],
  ['24h', 'day', 2],
  ['7d', 'minute', 10_081],
  ['7d', 'hour', 169],
  ['7d', 'day', 8],
  ['30d', 'minute', 43_201],
  ['30d', 'hour', 721],
  ['30d', 'day', 31],
])('the series of %s by the %s has no hole: %i buckets', async (range, granularity, buckets) => {
  const { summary: totals, time_series: series } = await summary(`?time_range=${range}&granularity=${granularity}`);
  expect(series).toHaveLength(buckets);
  const times = series.map(({ timestamp }) => Date.parse(timestamp as string));
  const widths = new Set(times.slice(1).map((time, at) => time - (times[at] ?? 0)));
  expect(widths.size).toBeLessThanOrEqual(1);
  const counted = series.reduce((sum, { traces }) => sum + (traces as number), 0);
  expect(counted).toBe(totals.total_traces);
});

test('explicit ends and filters of lists hold', async () => {
  const query = '?start_time=2026-11-20T12:00:00Z&end_time=2026-11-20T13:00:00Z&has_error=true';
  const { summary: totals, time_series: series } = await summary(query);
  expect(totals).toMatchObject({ total_traces: 1, total_errors: 1, error_rate: 1, unique_users: 1 });
  expect(series).toHaveLength(1);
  expect((await summary('?startTime=2026-11-20T12:00:00Z&userId=nobody')).summary).toMatchObject({ total_traces: 0 });
});

test('who sees all projects need not name one', async () => {
  expect((await summary('', { 'x-api-key': 'admin-key' })).summary).toMatchObject({ total_traces: 7 });
});

test('a key sees its own project only', async () => {
  for (const path of ['summary', 'timeseries']) {
    const reply = await api.get(`/v1/analytics/${path}?project=bank`);
    expect(reply.status).toBe(403);
  }
});

test("the clients' prefix wraps the same answer", async () => {
  const reply = await api.get('/api/v1/analytics/summary');
  expect(reply.json()).toMatchObject({ success: true, data: { summary: { total_traces: 6 } }, summary: {} });
});

test.each([
  ['time_range=2h', 'time_range must be one of 1h, 24h, 7d, 30d, got "2h"'],
  ['granularity=week', 'granularity must be one of minute, hour, day, got "week"'],
  ['time_range=1h&start_time=2026-11-20T12:00:00Z', 'time_range must not be given beside start_time, got "1h"'],
  ['start_time=2026-11-21T12:00:00Z', 'start_time must be before the end of the range, got "2026-11-21T12:00:00.000Z"'],
  ['start_time=soon', 'start_time must be an ISO 8601 time, got "soon"'],
  ['colour=red', 'colour is not a parameter of this route, got "red"'],
  ['q=word', 'q is not a parameter of this route, got "word"'],
  ['weighted=no', 'weighted must be one of true, false, got "no"'],
  ['limit=5', 'limit is not a parameter of this route, got "5"'],
  [
    'start_time=2020-01-01T00:00:00Z&granularity=minute',
    'granularity gives 3622351 points over this range, at most 100000 are given, got "minute"',
  ],
])('a summary refuses %s by name', async (query, message) => {
  const reply = await api.get(`/v1/analytics/summary?${query}`);
  expect(reply.status).toBe(400);
  expect(reply.json()).toMatchObject({ message });
});

test('a time series without groups is one series without holes', async () => {
  const reply = await api.get('/v1/analytics/timeseries?time_range=1h&granularity=hour');
  expect(reply.json()).toEqual({
    metric: 'count',
    unit: 'count',
    group_by: null,
    granularity: 'hour',
    start_time: '2026-11-20T11:30:00.500Z',
    end_time: '2026-11-20T12:30:00.500Z',
    weighted: false,
    series: [
      {
        group: null,
        traces: 5,
        stored_traces: 5,
        total: 5,
        points: [
          { timestamp: '2026-11-20T11:00:00Z', value: 0 },
          { timestamp: '2026-11-20T12:00:00Z', value: 5 },
        ],
      },
    ],
    several: null,
    other: null,
  });
});

test('groups are told apart, those without a value too, and the rest is one', async () => {
  const query = 'metric=p95&groupBy=user_id&timeRange=24h&granularity=day&limit=1';
  const reply = await api.get(`/v1/analytics/timeseries?${query}`);
  expect(reply.json()).toMatchObject({
    metric: 'duration_p95',
    unit: 'ms',
    group_by: 'user',
    series: [{ group: null, traces: 5, points: [{ value: null }, { value: expect.any(Number) as number }] }],
    other: { groups: 1, traces: 1 },
  });
});

test('a metric of nothing is 0 where it is a sum, null where it is none', async () => {
  for (const [metric, value] of [
    ['cost', 0],
    ['error_rate', null],
  ]) {
    const reply = await api.get(`/v1/analytics/timeseries?metric=${String(metric)}&user_id=nobody&granularity=day`);
    expect(reply.json()).toMatchObject({ series: [{ total: value, points: [{ value }, { value }] }] });
  }
});

test.each([
  ['metric=speed', 'metric must be one of count, errors, error_rate, duration_avg'],
  ['group_by=colour', 'group_by must be one of none, model, provider'],
  ['limit=0', 'limit must be an integer from 1 to 100, got "0"'],
  ['limit=1000', 'limit must be an integer from 1 to 100'],
  ['metric=cost&metric=count', 'metric must be given once'],
  ['group_by=user&limit=100&time_range=7d&granularity=minute', 'granularity gives 1018181 points'],
  ['sort=cost', 'sort is not a parameter of this route'],
])('a time series refuses %s by name', async (query, message) => {
  const reply = await api.get(`/v1/analytics/timeseries?${query}`);
  expect(reply.status).toBe(400);
  expect((reply.json() as { message: string }).message).toContain(message);
});

describe('traces that stand for others', () => {
  let weighed: RunningApi;
  beforeAll(async () => {
    const { reader, writer } = createMemoryTraceStore();
    const said = { attributes: { 'noveum.sample_weight': 2.4 } };
    await writer.write(spansArrive([rootOf(1, said), rootOf(2, { statusCode: 2 })]));
    weighed = await startApi({ now: () => NOW, analytics: createAnalyticsAnswers(reader) });
  });
  afterAll(() => weighed.close());

  test('count by their weight in a summary, which says so: whole numbers, exact shares', async () => {
    const { summary: totals, time_series: series } = (await weighed.get('/v1/analytics/summary')).json();
    expect(totals).toMatchObject({
      total_traces: 3,
      stored_traces: 2,
      total_errors: 1,
      error_rate: 0.294118,
      avg_duration_ms: 1.294,
      weighted: true,
    });
    expect((totals as { approximate: unknown }).approximate).toEqual(
      expect.arrayContaining(['total_traces', 'total_cost', 'error_rate', 'unique_users']),
    );
    expect((series as unknown[]).at(-1)).toMatchObject({ traces: 3, errors: 1 });
  });

  test('count once where the numbers that are stored are asked for', async () => {
    const reply = await weighed.get('/v1/analytics/summary?weighted=false');
    const raw = { total_traces: 2, stored_traces: 2, total_errors: 1, error_rate: 0.5, weighted: false };
    expect(reply.json()).toMatchObject({ summary: raw });
  });

  test('count by their weight in a time series', async () => {
    const path = '/v1/analytics/timeseries?metric=count&group_by=status&granularity=day&time_range=1h';
    expect((await weighed.get(path)).json()).toMatchObject({
      weighted: true,
      series: [
        { group: 'ok', total: 2, traces: 2, stored_traces: 1 },
        { group: 'error', total: 1, traces: 1, stored_traces: 1 },
      ],
    });
    expect((await weighed.get(`${path}&weighted=false`)).json()).toMatchObject({ weighted: false });
  });
});

test('sums may only be asked for', async () => {
  const reply = await api.get('/v1/analytics/summary', undefined, 'POST');
  expect(reply.status).toBe(405);
});
