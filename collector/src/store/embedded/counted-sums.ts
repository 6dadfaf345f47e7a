import { NO_ERROR_TYPE } from '../figures/index.js';
import { createQuantileSketch, type QuantileSketch } from '../sketch/index.js';
import type { Summed } from './counted.js';

/** Sums over traces of which one that was added can be taken away again. */
export interface CountedSums {
  traces: number;
  spans: number;
  /** Traces with an error. */
  errors: number;
  /** Of the traces that have an end; so many as `durations` counts. */
  durationMicros: number;
  tokens: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
  /** Milliseconds. */
  durations: QuantileSketch;
  /** Failed traces by error type, at most `MOST_ERROR_TYPES` and `OTHER_ERROR_TYPE`. */
  readonly errorTypes: Map<string, number>;
}

const MOST_ERROR_TYPES = 100;
/** OpenTelemetry's own name for an error of no known type. */
const OTHER_ERROR_TYPE = '_OTHER';
const UNTYPED: readonly string[] = [NO_ERROR_TYPE];

/** What senders say is bounded, so that no sum passes the numbers that can be kept. */
const MOST = 1e15;
const amountOf = (value: number | null): number => (value === null ? 0 : Math.min(Math.max(value, -MOST), MOST));

const MICROS_PER_MILLI = 1000;
const NANOS_PER_MICRO = 1000;

export const newCountedSums = (): CountedSums => ({
  traces: 0,
  spans: 0,
  errors: 0,
  durationMicros: 0,
  tokens: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  durations: createQuantileSketch(),
  errorTypes: new Map(),
});

const addErrorType = (types: Map<string, number>, name: string, times: number): void => {
  const held = types.get(name);
  const place = held !== undefined || (times > 0 && types.size < MOST_ERROR_TYPES) ? name : OTHER_ERROR_TYPE;
  const count = (types.get(place) ?? 0) + times;
  if (count > 0) types.set(place, count);
  else types.delete(place);
};

/** Counts a trace so many times; a negative number takes away what was counted. */
export const addToSums = (sums: CountedSums, counted: Summed, times: number): void => {
  sums.traces += times;
  sums.spans += times * counted.spans;
  sums.tokens += times * amountOf(counted.tokens);
  sums.inputTokens += times * amountOf(counted.inputTokens);
  sums.outputTokens += times * amountOf(counted.outputTokens);
  sums.cost += times * amountOf(counted.cost);
  if (counted.errors > 0) {
    sums.errors += times;
    for (const type of counted.errorTypes.length === 0 ? UNTYPED : counted.errorTypes)
      addErrorType(sums.errorTypes, type, times);
  }
  if (counted.durationNanos === null) return;
  const micros = Math.round(Number(counted.durationNanos) / NANOS_PER_MICRO);
  sums.durationMicros += times * micros;
  if (times > 0) sums.durations.add(micros / MICROS_PER_MILLI, times);
  else sums.durations.subtract(micros / MICROS_PER_MILLI, -times);
};
