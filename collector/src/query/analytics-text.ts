import type {
  BucketFigures,
  MetricSeries,
  SummaryQuery,
  Timeseries,
  TimeseriesQuery,
  TraceMetric,
  TracesSummary,
} from '../store/index.js';
import { joinText, type JsonText, listText, withListText } from './json-text.js';

/** The members of the document's answer. */
export interface SummaryText {
  readonly summary: object;
  readonly timeSeries: JsonText;
  readonly topErrors: readonly object[];
}

/** A trace that is counted stands for others: what is told are estimates. */
const isEstimated = ({ stored, traces }: Pick<MetricSeries, 'stored' | 'traces'>): boolean => traces !== stored;

export interface TimeseriesText {
  /** See `isEstimated`. */
  readonly weighted: boolean;
  readonly series: JsonText;
  /** An object, or null in JSON; as is `other`. */
  readonly several: JsonText;
  readonly other: JsonText;
}

const NANOS_PER_MILLI = 1_000_000n;
const MICROS_PER_MILLI = 1000;
const PERCENT = 100;

const round = (value: number, places: number): number => Number(value.toFixed(places));

/** Buckets begin at whole minutes: there is nothing behind the seconds. */
const timestampOf = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`;

/** The begin of every bucket that the range touches, Unix milliseconds. */
const bucketsOf = function* ({ filter, bucketMillis }: SummaryQuery): Generator<number> {
  const first = Math.floor(Number(filter.startUnixNano / NANOS_PER_MILLI) / bucketMillis) * bucketMillis;
  const end = Number((filter.endUnixNano + NANOS_PER_MILLI - 1n) / NANOS_PER_MILLI);
  for (let at = first; at < end; at += bucketMillis) yield at;
};

const meanMillis = ({ timed, durationMicros }: Pick<BucketFigures, 'timed' | 'durationMicros'>): number =>
  timed === 0 ? 0 : round(durationMicros / timed / MICROS_PER_MILLI, 3);

const pointOf = (startMillis: number, figures: BucketFigures | undefined): object => ({
  timestamp: timestampOf(startMillis),
  traces: Math.round(figures?.traces ?? 0),
  errors: Math.round(figures?.errors ?? 0),
  avg_duration_ms: figures === undefined ? 0 : meanMillis(figures),
  cost: figures?.cost ?? 0,
  spans: Math.round(figures?.spans ?? 0),
  total_tokens: figures?.tokens ?? 0,
  input_tokens: figures?.inputTokens ?? 0,
  output_tokens: figures?.outputTokens ?? 0,
});

const millisOrNull = (value: number | null): number | null => (value === null ? null : round(value, 3));

/** Estimates, each with its bound in the API's documentation. */
const APPROXIMATE = ['unique_users', 'unique_sessions', 'p50_duration_ms', 'p95_duration_ms', 'p99_duration_ms'];
/** By weight all that is counted or summed is one. */
const ESTIMATED = [
  ...['total_traces', 'total_spans', 'total_errors', 'error_rate', 'avg_duration_ms', 'total_cost', 'total_tokens'],
  ...['input_tokens', 'output_tokens', ...APPROXIMATE],
];

export const summaryText = (
  query: SummaryQuery,
  { totals, durations, uniqueUsers, uniqueSessions, series, errorTypes }: TracesSummary,
): SummaryText => {
  const byStart = new Map(series.map((figures) => [figures.startMillis, figures]));
  return {
    summary: {
      total_traces: Math.round(totals.traces),
      stored_traces: totals.stored,
      total_spans: Math.round(totals.spans),
      total_errors: Math.round(totals.errors),
      error_rate: totals.traces === 0 ? 0 : round(totals.errors / totals.traces, 6),
      avg_duration_ms: meanMillis(totals),
      total_cost: totals.cost,
      unique_users: uniqueUsers,
      unique_sessions: uniqueSessions,
      total_tokens: totals.tokens,
      input_tokens: totals.inputTokens,
      output_tokens: totals.outputTokens,
      p50_duration_ms: millisOrNull(durations.p50),
      p95_duration_ms: millisOrNull(durations.p95),
      p99_duration_ms: millisOrNull(durations.p99),
      weighted: isEstimated(totals),
      approximate: isEstimated(totals) ? ESTIMATED : APPROXIMATE,
    },
    timeSeries: joinText(listText(bucketsOf(query), (start) => [JSON.stringify(pointOf(start, byStart.get(start)))])),
    topErrors: errorTypes.map(({ errorType, traces }) => ({
      error_type: errorType,
      count: Math.round(traces),
      percentage: round((traces / totals.errors) * PERCENT, 1),
    })),
  };
};

const PLACES: Readonly<Record<TraceMetric, number>> = {
  count: 0,
  errors: 0,
  error_rate: 6,
  duration_avg: 3,
  duration_p50: 3,
  duration_p95: 3,
  duration_p99: 3,
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost: 9,
};

/** What a bucket without traces has: sums are nothing, of an average or a rate there is none. */
const EMPTY: Readonly<Record<TraceMetric, 0 | null>> = {
  count: 0,
  errors: 0,
  error_rate: null,
  duration_avg: null,
  duration_p50: null,
  duration_p95: null,
  duration_p99: null,
  total_tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost: 0,
};

const seriesText = (query: TimeseriesQuery, head: object, series: MetricSeries): Generator<string> => {
  const { metric } = query;
  const shown = (value: number | null): number | null => (value === null ? null : round(value, PLACES[metric]));
  const byStart = new Map(series.points.map(({ startMillis, value }) => [startMillis, value]));
  const points = listText(bucketsOf(query), (start) => {
    const value = byStart.get(start);
    return [
      JSON.stringify({ timestamp: timestampOf(start), value: value === undefined ? EMPTY[metric] : shown(value) }),
    ];
  });
  const traces = { traces: Math.round(series.traces), stored_traces: series.stored };
  return withListText({ ...head, ...traces, total: shown(series.total) }, 'points', points);
};

export const timeseriesText = (query: TimeseriesQuery, { groups, other, several }: Timeseries): TimeseriesText => {
  // Nothing grouped, nothing found: one series all the same.
  const shown =
    groups.length === 0 && query.groupBy === null
      ? [{ group: null, total: EMPTY[query.metric], stored: 0, traces: 0, points: [] }]
      : groups;
  return {
    weighted: [...groups, several, other].some((series) => series !== null && isEstimated(series)),
    series: joinText(listText(shown, (series) => seriesText(query, { group: series.group }, series))),
    several: joinText(several === null ? ['null'] : seriesText(query, {}, several)),
    other: joinText(other === null ? ['null'] : seriesText(query, { groups: other.groups }, other)),
  };
};
