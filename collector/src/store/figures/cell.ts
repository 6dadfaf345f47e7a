import type { TraceMetric } from '../analytics.js';
import { createQuantileSketch, type QuantileSketch } from '../sketch/index.js';

/** What of a metric some traces come to; cells of disjoint traces are merged. */
export interface Cell {
  traces: number;
  /** Traces that have a value. */
  valued: number;
  sum: number;
  /** Of milliseconds; null: the metric is no quantile. */
  readonly sketch: QuantileSketch | null;
}

const QUANTILE: Partial<Readonly<Record<TraceMetric, number>>> = {
  duration_p50: 0.5,
  duration_p95: 0.95,
  duration_p99: 0.99,
};

const MICROS_PER_MILLI = 1000;
/** Sums of floating-point numbers in any order, without what adding leaves behind. */
const PLACES = 9;
export const rounded = (value: number): number => Number(value.toFixed(PLACES));

export const isQuantile = (metric: TraceMetric): boolean => QUANTILE[metric] !== undefined;

export const newCell = (metric: TraceMetric): Cell => ({
  traces: 0,
  valued: 0,
  sum: 0,
  sketch: isQuantile(metric) ? createQuantileSketch() : null,
});

/** Durations in microseconds, errors as 0 or 1, tokens, USD; null: the trace has no such value. */
export const addToCell = (cell: Cell, value: number | null): void => {
  cell.traces++;
  if (value === null) return;
  cell.valued++;
  if (cell.sketch === null) cell.sum += value;
  else cell.sketch.add(value / MICROS_PER_MILLI);
};

export const mergeCell = (into: Cell, cell: Cell): void => {
  into.traces += cell.traces;
  into.valued += cell.valued;
  into.sum += cell.sum;
  if (into.sketch !== null && cell.sketch !== null) into.sketch.merge(cell.sketch);
};

/** Null where no trace counts that has a value; sums are 0 then. */
export const metricOf = (metric: TraceMetric, cell: Cell): number | null => {
  const quantile = QUANTILE[metric];
  if (quantile !== undefined) return cell.sketch?.quantile(quantile) ?? null;
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

const BY_TRACES: readonly TraceMetric[] = [
  'count',
  'error_rate',
  'duration_avg',
  'duration_p50',
  'duration_p95',
  'duration_p99',
];

/** By what groups are ordered: the sum, or the traces where the metric is none. */
export const weightOf = (metric: TraceMetric, cell: Cell): number =>
  BY_TRACES.includes(metric) ? cell.traces : rounded(cell.sum);
