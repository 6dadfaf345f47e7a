import { createLogRecord, type LogRecord } from './log-record.js';
import type { ResourceRecord, ScopeRecord } from './owner-record.js';
import { createItemsRewrite } from './rewrite-request.js';

/** Looks at a log record and may edit it; `drop` leaves it out. */
export type LogStage = (record: LogRecord) => 'drop' | undefined;

/** As those of spans. */
export interface LogStages {
  readonly resource?: readonly ((record: ResourceRecord) => void)[];
  readonly scope?: readonly ((record: ScopeRecord) => void)[];
  readonly log?: readonly LogStage[];
}

/**
 * Runs the stages over an ExportLogsServiceRequest; the same reference where nothing changed. Throws MalformedProtobuf
 * where the bytes are no such request, and what a stage throws.
 */
export const rewriteLogs = (request: Uint8Array, { log, ...owners }: LogStages): Uint8Array =>
  createItemsRewrite(createLogRecord, { ...owners, ...(log === undefined ? {} : { item: log }) })(request).request;
