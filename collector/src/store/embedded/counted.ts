import { countedWeightOf } from 'noveum-proto';

import { durationOf } from '../fact-sums/index.js';
import type { TraceRow } from './trace-row.js';

/** What of a row the roll-ups have counted. */
export interface Summed {
  readonly start: bigint;
  readonly durationNanos: bigint | null;
  readonly spans: number;
  readonly errors: number;
  readonly tokens: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** USD. */
  readonly cost: number | null;
  readonly errorTypes: readonly string[];
  readonly user: string | null;
  readonly session: string | null;
  /** See `countedWeightOf`. */
  readonly weight: number;
}

/** What of a row the roll-ups have counted, and the tags that find it. */
export interface Counted extends Summed {
  readonly tags: readonly string[];
}

export const countedOf = (row: TraceRow): Counted => ({
  start: row.start,
  durationNanos: durationOf(row),
  spans: row.spans,
  errors: row.errors,
  tokens: row.tokens,
  inputTokens: row.inputTokens,
  outputTokens: row.outputTokens,
  cost: row.cost,
  errorTypes: row.errorTypes,
  tags: row.tags,
  user: row.user?.text ?? null,
  session: row.session?.text ?? null,
  weight: countedWeightOf(row.weight?.weight),
});
