import type { RedactedRecord, RedactionParts, RedactRecord } from './record-redaction.js';
import { createRedactLogs } from './redact-logs.js';
import { createRedactNative } from './redact-native.js';
import { createRedactTraces, tracesHaveRules } from './redact-traces.js';

export interface RecordRedaction {
  /** Redacts a decoded record before anything of it is kept. Throws where it can't be read as it must be for that. */
  readonly redact: RedactRecord;
  /** False: no rule is for any project in it. At little cost; where that would be much, it may be true all the same. */
  readonly concerns: (record: RedactedRecord, project: string | null) => boolean;
}

export const createRecordRedaction = (parts: RedactionParts): RecordRedaction => {
  const redact = {
    'otlp-traces': createRedactTraces(parts),
    'otlp-logs': createRedactLogs(parts),
    native: createRedactNative(parts),
  };
  return {
    redact: (record, project) => redact[record.format](record, project),
    concerns: ({ format, body }, project) =>
      project === null
        ? format !== 'otlp-traces' || tracesHaveRules(body, parts)
        : parts.redactions.of(project) !== null,
  };
};
