import type { TraceMetric } from '../analytics.js';
import { createQuantileSketch, type QuantileSketch } from '../sketch/index.js';

/** What of a metric some traces come to; cells of disjoint traces are merged. */
export interface Cell {
  /** Each once. */
  stored: number;
  /** By weight, as is all below. */
  traces: number;
  /** Traces that have a value. */
  valued: number;
  sum: number;
  /** For quantiles, in milliseconds: a few values as they are, since most groups have few. */
  few: number[];
  /** The weights of the few; null: each is 1. */
  weights: number[] | null;
  /** Once they are many. */
  sketch: QuantileSketch | null;
}

const QUANTILE: Partial<Readonly<Record<TraceMetric, number>>> = {
  duration_p50: 0.5,
  duration_p95: 0.95,
  duration_p99: 0.99,
};

const FEW = 24;
const MICROS_PER_MILLI = 1000;
/** Sums of floating-point numbers in any order, without what adding leaves behind. */
const PLACES = 9;
export const rounded = (value: number): number => Number(value.toFixed(PLACES));

export const isQuantile = (metric: TraceMetric): boolean => QUANTILE[metric] !== undefined;

/** Metrics that can't be told apart by the calls of one trace: tokens and costs of several models are sums of them all. */
export const isOfCalls = (metric: TraceMetric): boolean => metric.endsWith('tokens') || metric === 'cost';

const NONE: number[] = [];

export const newCell = (metric: TraceMetric): Cell => ({
  stored: 0,
  traces: 0,
  valued: 0,
  sum: 0,
  few: isQuantile(metric) ? [] : NONE,
  weights: null,
  sketch: null,
});

const addFew = (sketch: QuantileSketch, { few, weights }: Pick<Cell, 'few' | 'weights'>): void => {
  few.forEach((millis, at) => {
    sketch.add(millis, weights?.[at]);
  });
};

const sketchOf = (cell: Cell): QuantileSketch => {
  if (cell.sketch !== null) return cell.sketch;
  cell.sketch = createQuantileSketch();
  addFew(cell.sketch, cell);
  cell.few = [];
  cell.weights = null;
  return cell.sketch;
};

const addMillis = (cell: Cell, millis: number, weight: number): void => {
  if (cell.sketch !== null || cell.few.length >= FEW) {
    sketchOf(cell).add(millis, weight);
    return;
  }
  if (weight !== 1) cell.weights ??= cell.few.map(() => 1);
  cell.few.push(millis);
  cell.weights?.push(weight);
};

/** Adds a trace's duration in microseconds to the quantiles; null: it has not ended. */
export const addDuration = (cell: Cell, micros: number | null, weight = 1): void => {
  cell.stored++;
  cell.traces += weight;
  if (micros === null) return;
  cell.valued += weight;
  addMillis(cell, micros / MICROS_PER_MILLI, weight);
};

/** Adds a trace's value: microseconds, errors as 0 or 1, tokens, USD; null: it has none. */
export const addValue = (cell: Cell, value: number | null, weight = 1): void => {
  cell.stored++;
  cell.traces += weight;
  if (value === null) return;
  cell.valued += weight;
  cell.sum += value * weight;
};

export const addToCell = (metric: TraceMetric): typeof addValue => (isQuantile(metric) ? addDuration : addValue);

export const mergeCell = (into: Cell, cell: Cell): void => {
  into.stored += cell.stored;
  into.traces += cell.traces;
  into.valued += cell.valued;
  into.sum += cell.sum;
  cell.few.forEach((millis, at) => {
    addMillis(into, millis, cell.weights?.[at] ?? 1);
  });
  if (cell.sketch !== null) sketchOf(into).merge(cell.sketch);
};

const quantileOf = (cell: Cell, quantile: number): number | null => {
  if (cell.sketch !== null) return cell.sketch.quantile(quantile);
  const all = createQuantileSketch();
  addFew(all, cell);
  return all.quantile(quantile);
};

/** Null where no trace counts that has a value; sums are 0 then. */
export const metricOf = (metric: TraceMetric, cell: Cell): number | null => {
  const quantile = QUANTILE[metric];
  if (quantile !== undefined) return quantileOf(cell, quantile);
  switch (metric) {
    case 'error_rate':
      return cell.traces === 0 ? null : cell.sum / cell.traces;
    case 'duration_avg':
      return cell.valued === 0 ? null : cell.sum / cell.valued / MICROS_PER_MILLI;
    case 'count':
      return cell.traces;
    default:
      return rounded(cell.sum);
  }
};

/** By what groups are ordered: the sum, or the traces where the metric is none. */
export const standingOf = (metric: TraceMetric, { sum, traces }: Pick<Cell, 'sum' | 'traces'>): number =>
  metric === 'errors' || isOfCalls(metric) ? rounded(sum) : traces;
