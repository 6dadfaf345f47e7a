import type { TraceFilter } from './trace-store.js';

/** How long a series' buckets are: a minute, an hour, a day. They begin at whole ones of UTC. */
export type BucketMillis = 60_000 | 3_600_000 | 86_400_000;

/** A filter with both ends of its time; a trace lies where it began. */
export interface TimedFilter extends TraceFilter {
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
}

export interface SummaryQuery {
  readonly filter: TimedFilter;
  readonly bucketMillis: BucketMillis;
  /**
   * Each trace counts as many as its sample weight says, which estimates those that its sender did not keep as well
   * (Horvitz and Thompson, A Generalization of Sampling Without Replacement From a Finite Universe, JASA 1952); false: as
   * one. Distinct users and sessions are those of stored traces either way.
   */
  readonly isWeighted: boolean;
}

/** Sums over traces, exact; by weight where that was asked for. */
export interface Figures {
  /** Each once: how many there are in the store. As many as `traces` where none stands for others. */
  readonly stored: number;
  readonly traces: number;
  readonly spans: number;
  /** Traces with an error. */
  readonly errors: number;
  /** Traces that have an end, and how long they took in all. */
  readonly timed: number;
  readonly durationMicros: number;
  readonly tokens: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** USD. */
  readonly cost: number;
}

export interface BucketFigures extends Figures {
  /** Begin, Unix milliseconds. */
  readonly startMillis: number;
}

/** Milliseconds within 1 % of the true value; null where no trace has ended. */
export interface DurationQuantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface TracesSummary {
  readonly totals: Figures;
  readonly durations: DurationQuantiles;
  /** Estimates within about 1.6 %; all but exact to some hundreds. */
  readonly uniqueUsers: number;
  readonly uniqueSessions: number;
  /** In the order of time; buckets without a trace are left out. */
  readonly series: readonly BucketFigures[];
  /** Failed traces by the types of their errors, most first; a trace counts for each type that it has. */
  readonly errorTypes: readonly { readonly errorType: string; readonly traces: number }[];
}

export type TraceMetric =
  | 'count'
  | 'errors'
  | 'error_rate'
  | 'duration_avg'
  | 'duration_p50'
  | 'duration_p95'
  | 'duration_p99'
  | 'total_tokens'
  | 'input_tokens'
  | 'output_tokens'
  | 'cost';

export type GroupField =
  'model' | 'provider' | 'name' | 'user' | 'session' | 'service' | 'environment' | 'tag' | 'status' | 'type';

export interface TimeseriesQuery extends SummaryQuery {
  readonly metric: TraceMetric;
  /** null: all traces are one group. */
  readonly groupBy: GroupField | null;
  /** Groups told apart: those with most of the metric, or with most traces where it is no sum. From 1. */
  readonly limit: number;
}

export interface MetricSeries {
  /** Over the whole range; null: no trace has such a value. */
  readonly total: number | null;
  /** See `Figures`. */
  readonly stored: number;
  readonly traces: number;
  /** In the order of time; buckets without a trace are left out. */
  readonly points: readonly { readonly startMillis: number; readonly value: number | null }[];
}

export interface GroupSeries extends MetricSeries {
  /** null: traces that have no such value, or all where nothing is grouped. */
  readonly group: string | null;
}

export interface Timeseries {
  /** Most first; ties in the order of names. */
  readonly groups: readonly GroupSeries[];
  /**
   * Tokens and costs by model or provider: traces that have more than one of them, whose sums can't be told apart and
   * count in no group; null: there are none. Every other metric counts such a trace in each of its groups.
   */
  readonly several: MetricSeries | null;
  /** The sum of all further groups; null: there is none. */
  readonly other: (MetricSeries & { readonly groups: number }) | null;
}

/** The half of a store's read side that sums traces up. */
export interface StoreAnalytics {
  summarise(query: SummaryQuery): Promise<TracesSummary>;
  timeseries(query: TimeseriesQuery): Promise<Timeseries>;
}
