export { createProjectRedactions, type ProjectRedactions, type RedactionCounts } from './project-redactions.js';
export type { RedactedRecord } from './record-redaction.js';
export { createRecordRedaction, type RecordRedaction } from './redact-record.js';
