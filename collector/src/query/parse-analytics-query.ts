import type {
  BucketMillis,
  GroupField,
  SummaryQuery,
  TimedFilter,
  TimeseriesQuery,
  TraceMetric,
} from '../store/index.js';
import type { ParameterProblem } from './parameters.js';
import { parseTraceQuery } from './parse-trace-query.js';

type Outcome<T> =
  | { readonly status: 'parsed'; readonly query: T }
  | { readonly status: 'refused'; readonly problems: readonly ParameterProblem[] };

export type SummaryQueryOutcome = Outcome<SummaryQuery>;
export type TimeseriesQueryOutcome = Outcome<TimeseriesQuery>;

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 86_400_000;
const NANOS_PER_MILLI = 1_000_000n;

const RANGE_MILLIS: Readonly<Record<string, number>> = {
  '1h': HOUR_MILLIS,
  '24h': DAY_MILLIS,
  '7d': 7 * DAY_MILLIS,
  '30d': 30 * DAY_MILLIS,
};

const BUCKETS: Readonly<Record<string, BucketMillis>> = { minute: 60_000, hour: HOUR_MILLIS, day: DAY_MILLIS };

/** Metrics, by short names too. */
const METRICS: Readonly<Record<string, TraceMetric>> = {
  count: 'count',
  errors: 'errors',
  error_rate: 'error_rate',
  duration_avg: 'duration_avg',
  duration_p50: 'duration_p50',
  duration_p95: 'duration_p95',
  duration_p99: 'duration_p99',
  total_tokens: 'total_tokens',
  input_tokens: 'input_tokens',
  output_tokens: 'output_tokens',
  cost: 'cost',
  traces: 'count',
  avg: 'duration_avg',
  avg_duration_ms: 'duration_avg',
  p50: 'duration_p50',
  p95: 'duration_p95',
  p99: 'duration_p99',
  tokens: 'total_tokens',
  total_cost: 'cost',
};

const GROUPS: Readonly<Record<string, GroupField | null>> = {
  none: null,
  model: 'model',
  provider: 'provider',
  name: 'name',
  user: 'user',
  session: 'session',
  service: 'service',
  environment: 'environment',
  tag: 'tag',
  status: 'status',
  type: 'type',
  user_id: 'user',
  session_id: 'session',
  tags: 'tag',
};

const ALIASES: Readonly<Record<string, string>> = { timeRange: 'time_range', groupBy: 'group_by' };

/** What lists take and sums don't. */
const OF_LISTS = new Set(
  'q q_mode search_term searchTerm limit size offset from cursor sort count include include_spans includeSpans'.split(
    ' ',
  ),
);

const DEFAULT_GROUPS = 10;
const MOST_GROUPS = 100;
/** Of all series together: an answer of some megabytes. */
const MOST_POINTS = 100_000;

/** Those of `own` by their name, and the rest, which filters. */
const divide = (search: URLSearchParams, own: readonly string[], problems: ParameterProblem[]) => {
  const found = new Map<string, string>();
  const sentNames = new Map<string, string>();
  const rest = new URLSearchParams();
  for (const [sent, value] of search) {
    const name = ALIASES[sent] ?? sent;
    if (own.includes(name)) {
      if (found.has(name) && found.get(name) !== value)
        problems.push({ parameter: sent, rule: 'must be given once', value });
      if (value !== '') found.set(name, value);
      sentNames.set(name, sent);
    } else if (OF_LISTS.has(sent)) problems.push({ parameter: sent, rule: 'is not a parameter of this route', value });
    else rest.append(sent, value);
  }
  return { found, rest, sentNames };
};

const WEIGHTED: Readonly<Record<string, boolean>> = { true: true, false: false };

const choose = <T>(
  problems: ParameterProblem[],
  [name, value]: readonly [name: string, value: string],
  choices: Readonly<Record<string, T>>,
): T | undefined => {
  if (Object.hasOwn(choices, value)) return choices[value];
  problems.push({ parameter: name, rule: `must be one of ${Object.keys(choices).join(', ')}`, value });
  return undefined;
};

const nanos = (millis: number): bigint => BigInt(millis) * NANOS_PER_MILLI;

/** The range that ends now, or where the filter says so; what the filter says of both ends goes first. */
const timed = (
  filter: Extract<ReturnType<typeof parseTraceQuery>, { status: 'parsed' }>['query']['filter'],
  range: string | undefined,
  { nowMillis, problems }: { readonly nowMillis: number; readonly problems: ParameterProblem[] },
): TimedFilter => {
  const { startUnixNano, endUnixNano = nanos(nowMillis) } = filter;
  if (startUnixNano !== undefined && range !== undefined)
    problems.push({ parameter: 'time_range', rule: 'must not be given beside start_time', value: range });
  const millis = choose(problems, ['time_range', range ?? '24h'], RANGE_MILLIS) ?? DAY_MILLIS;
  const earliest = endUnixNano > nanos(millis) ? endUnixNano - nanos(millis) : 0n;
  const timedFilter = { ...filter, startUnixNano: startUnixNano ?? earliest, endUnixNano };
  if (timedFilter.startUnixNano >= endUnixNano)
    problems.push({
      parameter: 'start_time',
      rule: 'must be before the end of the range',
      value: new Date(Number(timedFilter.startUnixNano / NANOS_PER_MILLI)).toISOString(),
    });
  return timedFilter;
};

const refusePoints = (
  { startUnixNano, endUnixNano }: TimedFilter,
  bucketMillis: BucketMillis,
  { series, problems, granularity }: { series: number; problems: ParameterProblem[]; granularity: string },
): void => {
  const buckets = Number((endUnixNano - startUnixNano) / nanos(bucketMillis)) + 1;
  if (buckets * series > MOST_POINTS)
    problems.push({
      parameter: 'granularity',
      rule: `gives ${String(buckets * series)} points over this range, at most ${String(MOST_POINTS)} are given`,
      value: granularity,
    });
};

const parse = (search: URLSearchParams, own: readonly string[], nowMillis: number) => {
  const problems: ParameterProblem[] = [];
  const { found, rest, sentNames } = divide(search, ['time_range', 'granularity', 'weighted', ...own], problems);
  const outcome = parseTraceQuery(rest);
  if (outcome.status === 'refused') problems.push(...outcome.problems);
  const granularity = found.get('granularity') ?? 'hour';
  const bucketMillis = choose(problems, ['granularity', granularity], BUCKETS) ?? HOUR_MILLIS;
  const isWeighted = choose(problems, ['weighted', found.get('weighted') ?? 'true'], WEIGHTED) ?? true;
  const filter =
    outcome.status === 'refused' ? null : timed(outcome.query.filter, found.get('time_range'), { nowMillis, problems });
  /** Each under the name that it came under. */
  const refused = () => ({
    status: 'refused' as const,
    problems: problems.map((problem) => ({
      ...problem,
      parameter: sentNames.get(problem.parameter) ?? problem.parameter,
    })),
  });
  return { problems, found, filter, bucketMillis, granularity, isWeighted, refused };
};

/** Reads the query string of a summary; the range ends now where no end is given. */
export const parseSummaryQuery = (search: URLSearchParams, nowMillis: number): SummaryQueryOutcome => {
  const { problems, filter, bucketMillis, granularity, isWeighted, refused } = parse(search, [], nowMillis);
  if (filter !== null) refusePoints(filter, bucketMillis, { series: 1, problems, granularity });
  if (filter === null || problems.length > 0) return refused();
  return { status: 'parsed', query: { filter, bucketMillis, isWeighted } };
};

/** Reads the query string of a time series; without a metric it counts traces. */
export const parseTimeseriesQuery = (search: URLSearchParams, nowMillis: number): TimeseriesQueryOutcome => {
  const own = ['metric', 'group_by', 'limit'];
  const { problems, found, filter, bucketMillis, granularity, isWeighted, refused } = parse(search, own, nowMillis);
  const metric = choose(problems, ['metric', found.get('metric') ?? 'count'], METRICS) ?? 'count';
  const groupBy = choose(problems, ['group_by', found.get('group_by') ?? 'none'], GROUPS) ?? null;
  const sentLimit = found.get('limit') ?? String(DEFAULT_GROUPS);
  const limit = /^\d{1,3}(?:\.0)?$/.test(sentLimit) ? Number(sentLimit) : 0;
  if (limit < 1 || limit > MOST_GROUPS)
    problems.push({
      parameter: 'limit',
      rule: `must be an integer from 1 to ${String(MOST_GROUPS)}`,
      value: sentLimit,
    });
  const series = groupBy === null ? 1 : limit + 1;
  if (filter !== null) refusePoints(filter, bucketMillis, { series, problems, granularity });
  if (filter === null || problems.length > 0) return refused();
  return { status: 'parsed', query: { filter, bucketMillis, isWeighted, metric, groupBy, limit } };
};
