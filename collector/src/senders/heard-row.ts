import type { SenderReport } from 'noveum-proto';

import type { SenderRow } from '../meta/index.js';

export interface HeardRequest {
  readonly collector: string;
  readonly project: string;
  readonly report: SenderReport;
  /** Acknowledged with this request. */
  readonly acceptedSpans: number;
  readonly nowMillis: number;
}

/** A sender has so few requests under way at a time that one which is sent again is still among these. */
const MOST_BATCHES = 32;

/** The sender's row after one more request of it. */
export const rowAfter = (
  row: SenderRow | undefined,
  { collector, project, report, acceptedSpans, nowMillis }: HeardRequest,
): SenderRow => {
  const { batch } = report;
  const batches = row?.batches ?? [];
  const isRepeated = batch > 0 && batches.includes(batch);
  const isCounted = acceptedSpans > 0 && !isRepeated;
  return {
    collector,
    project,
    // Requests overtake each other.
    report: row === undefined || report.sequence >= row.report.sequence ? report : row.report,
    receivedSpans: (row?.receivedSpans ?? 0) + (isCounted ? acceptedSpans : 0),
    repeatedSpans: (row?.repeatedSpans ?? 0) + (isRepeated ? acceptedSpans : 0),
    requests: (row?.requests ?? 0) + 1,
    firstSeenMillis: row?.firstSeenMillis ?? nowMillis,
    lastSeenMillis: nowMillis,
    batches: isCounted && batch > 0 ? [...batches, batch].slice(-MOST_BATCHES) : batches,
  };
};

/** One row of what two say of the same sender: of two collectors, or of before and after a restart. */
export const joined = (one: SenderRow, other: SenderRow): SenderRow => ({
  ...one,
  report: one.report.sequence >= other.report.sequence ? one.report : other.report,
  receivedSpans: one.receivedSpans + other.receivedSpans,
  repeatedSpans: one.repeatedSpans + other.repeatedSpans,
  requests: one.requests + other.requests,
  firstSeenMillis: Math.min(one.firstSeenMillis, other.firstSeenMillis),
  lastSeenMillis: Math.max(one.lastSeenMillis, other.lastSeenMillis),
  batches: [...one.batches, ...other.batches].slice(-MOST_BATCHES),
});
