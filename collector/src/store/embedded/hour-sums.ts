import type { SQLInputValue } from 'node:sqlite';

import { createQuantileSketch, createUniqueSketch, readQuantileSketch, readUniqueSketch } from '../sketch/index.js';
import type { QuantileSketch, UniqueSketch } from '../sketch/index.js';
import { NO_ERROR_TYPE } from '../figures/index.js';
import type { Summed } from './counted.js';

/** What the traces of one project that began in one hour come to. */
export interface HourSums {
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
  users: UniqueSketch;
  sessions: UniqueSketch;
  /** Failed traces by error type, at most `MOST_ERROR_TYPES` and `OTHER_ERROR_TYPE`. */
  readonly errorTypes: Map<string, number>;
  /** For each twelfth of the hour how often it was changed: what was computed of it holds as long as this does. */
  readonly changes: Uint32Array<ArrayBuffer>;
}

export interface StoredHour {
  readonly hour: number;
  readonly traces: number;
  readonly spans: number;
  readonly errors: number;
  readonly duration_us: number;
  readonly tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost: number;
  readonly changes: Uint8Array;
  readonly error_types: string;
  readonly durations: Uint8Array;
  readonly users: Uint8Array;
  readonly sessions: Uint8Array;
}

export const SLICES_PER_HOUR = 12;
export const NANOS_PER_HOUR = 3_600_000_000_000n;

const MOST_ERROR_TYPES = 100;
/** OpenTelemetry's own name for an error of no known type. */
const OTHER_ERROR_TYPE = '_OTHER';
const UNTYPED: readonly string[] = [NO_ERROR_TYPE];

/** What senders say is bounded, so that no sum passes the numbers that can be kept. */
const MOST = 1e15;
const amountOf = (value: number | null): number => (value === null ? 0 : Math.min(Math.max(value, -MOST), MOST));

const MICROS_PER_MILLI = 1000;
const NANOS_PER_MICRO = 1000;

export const newHourSums = (changes = new Uint32Array(SLICES_PER_HOUR)): HourSums => ({
  traces: 0,
  spans: 0,
  errors: 0,
  durationMicros: 0,
  tokens: 0,
  inputTokens: 0,
  outputTokens: 0,
  cost: 0,
  durations: createQuantileSketch(),
  users: createUniqueSketch(),
  sessions: createUniqueSketch(),
  errorTypes: new Map(),
  changes,
});

const addErrorType = (types: Map<string, number>, name: string, sign: 1 | -1): void => {
  const held = types.get(name);
  const place = held !== undefined || (sign === 1 && types.size < MOST_ERROR_TYPES) ? name : OTHER_ERROR_TYPE;
  const count = (types.get(place) ?? 0) + sign;
  if (count > 0) types.set(place, count);
  else types.delete(place);
};

const clear = (sums: HourSums): void => {
  sums.durationMicros = 0;
  sums.tokens = 0;
  sums.inputTokens = 0;
  sums.outputTokens = 0;
  sums.cost = 0;
  sums.durations = createQuantileSketch();
  sums.users = createUniqueSketch();
  sums.sessions = createUniqueSketch();
  sums.errorTypes.clear();
};

/** Counts a trace, or takes away what was counted. Users and sessions can't be taken away, but for the last trace's. */
export const addToHour = (sums: HourSums, counted: Summed, sign: 1 | -1): void => {
  sums.traces += sign;
  sums.spans += sign * counted.spans;
  sums.tokens += sign * amountOf(counted.tokens);
  sums.inputTokens += sign * amountOf(counted.inputTokens);
  sums.outputTokens += sign * amountOf(counted.outputTokens);
  sums.cost += sign * amountOf(counted.cost);
  if (counted.errors > 0) {
    sums.errors += sign;
    for (const type of counted.errorTypes.length === 0 ? UNTYPED : counted.errorTypes)
      addErrorType(sums.errorTypes, type, sign);
  }
  if (counted.durationNanos !== null) {
    const micros = Math.round(Number(counted.durationNanos) / NANOS_PER_MICRO);
    sums.durationMicros += sign * micros;
    if (sign === 1) sums.durations.add(micros / MICROS_PER_MILLI);
    else sums.durations.subtract(micros / MICROS_PER_MILLI);
  }
  // What adding and subtracting leaves of sums, and who was counted, is gone with the last trace.
  if (sign === -1 && sums.traces === 0) clear(sums);
};

/** In the order of the table's columns, after project and hour. */
export const storedValues = (sums: HourSums): SQLInputValue[] => [
  sums.traces,
  sums.spans,
  sums.errors,
  sums.durationMicros,
  sums.tokens,
  sums.inputTokens,
  sums.outputTokens,
  sums.cost,
  new Uint8Array(sums.changes.buffer, sums.changes.byteOffset, sums.changes.byteLength),
  JSON.stringify([...sums.errorTypes]),
  sums.durations.toBytes(),
  sums.users.toBytes(),
  sums.sessions.toBytes(),
];

/** By twelfth of the hour. */
export const readChanges = (stored: Uint8Array): Uint32Array<ArrayBuffer> => {
  const changes = new Uint32Array(SLICES_PER_HOUR);
  new Uint8Array(changes.buffer).set(stored.subarray(0, changes.byteLength));
  return changes;
};

const readErrorTypes = (stored: string): Map<string, number> => new Map(JSON.parse(stored) as [string, number][]);

export const readHour = (stored: StoredHour): HourSums => ({
  traces: stored.traces,
  spans: stored.spans,
  errors: stored.errors,
  durationMicros: stored.duration_us,
  tokens: stored.tokens,
  inputTokens: stored.input_tokens,
  outputTokens: stored.output_tokens,
  cost: stored.cost,
  changes: readChanges(stored.changes),
  errorTypes: readErrorTypes(stored.error_types),
  durations: readQuantileSketch(stored.durations),
  users: readUniqueSketch(stored.users),
  sessions: readUniqueSketch(stored.sessions),
});
