import { canJoin, type FactSums, newFactSums } from '../fact-sums/index.js';
import type { SpanFacts } from '../trace-store.js';

/** What a day's index holds of a trace, in the writer's hands. */
export interface TraceRow extends FactSums {
  /** 0 until it is in the index. */
  id: number;
  /** Of `Kinds`, as it was saved last; 0 until it is in the index. */
  kind: number;
  readonly project: number;
  readonly key: string;
  /** Set where the document was derived as a whole: native traces, logs, repeated or changed spans. */
  summary: string | null;
  /** CRC-32 of each fragment's payload. */
  payloadHashes: number[];
}

export const newTraceRow = (project: number, key: string): TraceRow => ({
  ...newFactSums(),
  id: 0,
  kind: 0,
  project,
  key,
  summary: null,
  payloadHashes: [],
});

/** The same as `canJoin`, for a row: its document hasn't been derived as a whole. */
export const canJoinRow = (row: TraceRow, facts: SpanFacts | null, heldSpans: number): facts is SpanFacts =>
  row.summary === null && canJoin(row, facts, heldSpans);
