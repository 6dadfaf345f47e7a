import type { TraceRow } from './trace-row.js';

/** What of a row the terms and roll-ups have counted. */
export interface Counted {
  readonly start: bigint;
  readonly durationNanos: bigint | null;
  readonly spans: number;
  readonly errors: number;
  readonly status: number;
  readonly services: readonly string[];
  readonly tags: readonly string[];
  readonly environment: string | null;
  readonly user: string | null;
  readonly session: string | null;
}

export const durationOf = (row: TraceRow): bigint | null =>
  row.end === 0n ? null : row.end > row.start ? row.end - row.start : 0n;

export const countedOf = (row: TraceRow): Counted => ({
  start: row.start,
  durationNanos: durationOf(row),
  spans: row.spans,
  errors: row.errors,
  status: row.status,
  services: row.services,
  tags: row.tags,
  environment: row.environment?.text ?? null,
  user: row.user?.text ?? null,
  session: row.session?.text ?? null,
});
