import { sketchValueOf } from 'noveum-proto';

import type { TimeseriesQuery, TraceMetric } from '../../../analytics.js';
import { type Cell, isQuantile, newCell } from '../../../figures/index.js';
import { createQuantileSketch } from '../../../sketch/index.js';
import { beyondField, beyondSummed, standingForOthers } from './beyond.js';
import { byTime, startMillisOf, type TimeKey } from './by-time.js';
import type { Aggregations, Combination, Combinations, Query } from './searches.js';

/** What of a metric the traces of one bucket come to, in sums that can be taken away from each other again. */
export interface Sums {
  /** Each once. */
  stored: number;
  traces: number;
  valued: number;
  sum: number;
  /** Traces by `sketchBucketOf` of their milliseconds; only of quantiles. */
  readonly durations: Map<number, number>;
}

/** By the begin of their bucket in Unix milliseconds. */
export type Series = Map<number, Sums>;

export interface SeriesAsked extends Pick<TimeseriesQuery, 'bucketMillis' | 'filter' | 'metric'> {
  /** Told apart by its value besides; null: not. */
  readonly countField: string | null;
  /** Not the traces, but what they count for besides themselves. */
  readonly isBeyond: boolean;
}

export interface SeriesKey extends TimeKey {
  /** null: it has not ended. */
  readonly duration?: number | null;
  readonly count?: number | null;
}

export interface SeriesFound {
  readonly sum?: { readonly value: number | null };
  readonly valued?: { readonly value: number };
  /** By weight, besides the traces themselves; else they are what is counted. */
  readonly traces?: { readonly value: number | null };
}

const SUMMED: Partial<Readonly<Record<TraceMetric, string>>> = {
  errors: 'has_error',
  error_rate: 'has_error',
  duration_avg: 'noveum.duration_micros',
  total_tokens: 'noveum.tokens',
  input_tokens: 'noveum.input_tokens',
  output_tokens: 'noveum.output_tokens',
  cost: 'noveum.cost',
};

/** What a metric is summed up of; null: of the traces themselves. */
export const summedField = (metric: TraceMetric): string | null => SUMMED[metric] ?? null;

const beyondAggregations = (metric: TraceMetric): Aggregations => ({
  traces: { sum: { field: beyondField('traces') } },
  sum: { sum: { field: beyondSummed(metric) } },
  ...(metric === 'duration_avg' ? { valued: { sum: { field: beyondField('timed') } } } : {}),
});

const aggregationsOf = (metric: TraceMetric): Aggregations => {
  const field = summedField(metric);
  if (field === null) return {};
  return { sum: { sum: { field } }, ...(metric === 'duration_avg' ? { valued: { value_count: { field } } } : {}) };
};

const byNumber = (field: string) => ({ histogram: { field, interval: 1, missing_bucket: true } });

/** Few buckets hold much: a whole answer of them is small. */
const AT_ONCE = 20_000;

/** A query of the asked-for filter's traces, or some of them. */
export const seriesAsked = (query: Query, asked: SeriesAsked): Combinations => {
  const { countField, isBeyond, metric } = asked;
  const { possible, sources } = byTime(asked);
  const all = [...sources];
  if (isQuantile(metric)) all.push({ duration: byNumber('noveum.duration_bucket') });
  if (countField !== null) all.push({ count: byNumber(countField) });
  return {
    query: isBeyond ? standingForOthers(query) : query,
    sources: all,
    ...(possible === undefined ? {} : { possible }),
    aggregations: isBeyond ? beyondAggregations(metric) : aggregationsOf(metric),
    atOnce: AT_ONCE,
  };
};

const newSums = (): Sums => ({ stored: 0, traces: 0, valued: 0, sum: 0, durations: new Map() });

/** Adds `times` what a sum holds, which may be a negative number. */
const addSums = (into: Sums, { durations, stored, sum, traces, valued }: Sums, times: number): void => {
  into.stored += times * stored;
  into.traces += times * traces;
  into.valued += times * valued;
  into.sum += times * sum;
  for (const [bucket, count] of durations) {
    const left = (into.durations.get(bucket) ?? 0) + times * count;
    if (left > 0) into.durations.set(bucket, left);
    else into.durations.delete(bucket);
  }
};

export const addSeries = (into: Series, from: Series, times: number): void => {
  for (const [startMillis, sums] of from) {
    const held = into.get(startMillis) ?? newSums();
    into.set(startMillis, held);
    addSums(held, sums, times);
    if (held.stored <= 0 && held.traces <= 0) into.delete(startMillis);
  }
};

/** By how many values a trace has: 0 where that is not told apart. */
export const seriesOf = (
  found: readonly Combination<SeriesKey, SeriesFound>[],
  { metric }: SeriesAsked,
): ReadonlyMap<number, Series> => {
  const all = new Map<number, Series>();
  const isCount = summedField(metric) === null && !isQuantile(metric);
  for (const { doc_count: documents, key, sum, traces: beyond, valued } of found) {
    const traces = beyond === undefined ? documents : (beyond.value ?? 0);
    const series = all.get(key.count ?? 0) ?? new Map<number, Sums>();
    all.set(key.count ?? 0, series);
    const isEnded = key.duration !== null && key.duration !== undefined;
    const startMillis = startMillisOf(key);
    const added: Sums = {
      stored: beyond === undefined ? documents : 0,
      traces,
      valued: isQuantile(metric) ? (isEnded ? traces : 0) : (valued?.value ?? traces),
      sum: isCount ? traces : (sum?.value ?? 0),
      durations: new Map(isEnded ? [[key.duration ?? 0, traces]] : []),
    };
    addSeries(series, new Map([[startMillis, added]]), 1);
  }
  return all;
};

/** As the other stores have it. */
export const cellOf = (metric: TraceMetric, { durations, stored, sum, traces, valued }: Sums): Cell => {
  const cell = { ...newCell(metric), stored, traces, valued, sum };
  if (!isQuantile(metric)) return cell;
  const sketch = createQuantileSketch();
  for (const [bucket, count] of durations) sketch.add(sketchValueOf(bucket), count);
  return { ...cell, sketch };
};
