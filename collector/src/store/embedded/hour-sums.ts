import type { SQLInputValue } from 'node:sqlite';

import { createQuantileSketch, createUniqueSketch, readQuantileSketch, readUniqueSketch } from '../sketch/index.js';
import type { UniqueSketch } from '../sketch/index.js';
import { addBeyond, type BeyondSums, readBeyond, storedBeyond } from './beyond-sums.js';
import { addToSums, type CountedSums, newCountedSums } from './counted-sums.js';
import type { Summed } from './counted.js';

/** What the traces of one project that began in one hour come to, each counted once. */
export interface HourSums extends CountedSums {
  users: UniqueSketch;
  sessions: UniqueSketch;
  /** What is to be added to count by weight; null: no trace stands for others. */
  beyond: BeyondSums | null;
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
  readonly beyond: string | null;
}

export const SLICES_PER_HOUR = 12;
export const NANOS_PER_HOUR = 3_600_000_000_000n;

export const newHourSums = (changes = new Uint32Array(SLICES_PER_HOUR)): HourSums => ({
  ...newCountedSums(),
  users: createUniqueSketch(),
  sessions: createUniqueSketch(),
  beyond: null,
  changes,
});

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
  sums.beyond = null;
};

/** Counts a trace, or takes away what was counted. Users and sessions can't be taken away, but for the last trace's. */
export const addToHour = (sums: HourSums, counted: Summed, sign: 1 | -1): void => {
  addToSums(sums, counted, sign);
  sums.beyond = addBeyond(sums.beyond, counted, sign);
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
  storedBeyond(sums.beyond),
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
  beyond: readBeyond(stored.beyond),
});
