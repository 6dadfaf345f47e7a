import type { SenderReport } from 'noveum-proto';

/** What one collector has counted of one sender, beside what that sender said last. */
export interface SenderRow {
  /** Each collector of a store has rows of its own: nobody adds to another's counts. */
  readonly collector: string;
  readonly project: string;
  readonly report: SenderReport;
  /** Acknowledged to the sender; a request that was sent again counts once while its number is among `batches`. */
  readonly receivedSpans: number;
  /** Those of requests that were sent again. */
  readonly repeatedSpans: number;
  readonly requests: number;
  readonly firstSeenMillis: number;
  readonly lastSeenMillis: number;
  /** Numbers of the latest requests whose spans are counted. */
  readonly batches: readonly number[];
}

/** Of a project's senders: one start of a process, one exporter of it. */
export const senderKey = ({ report }: Pick<SenderRow, 'report'>): string => `${report.instanceId}\n${report.exporter}`;

/** Of all rows of a store. */
export const senderRowKey = (row: SenderRow): string => `${row.collector}\n${senderKey(row)}\n${row.project}`;
