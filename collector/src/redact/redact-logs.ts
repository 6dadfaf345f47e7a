import { splitLogs } from 'noveum-proto';
import { rewriteLogs } from 'noveum-proto/records';

import { redactButNames } from './keep-names.js';
import type { RedactionParts, RedactRecord } from './record-redaction.js';

/**
 * Redacts OTLP log records: those of one trace by the rules of the project that the trace goes to. Throws
 * MalformedProtobuf where that can't be done.
 */
export const createRedactLogs =
  ({ redactions, projects }: RedactionParts): RedactRecord =>
  (record, project) => {
    if (project !== null && redactions.of(project) === null) return record;
    const traces = splitLogs(record.body, record.refused).map(({ payload }) => ({
      payload,
      redaction: redactions.of(project ?? projects.ofLogs(payload)),
    }));
    if (traces.every(({ redaction }) => redaction === null)) return record;
    const bodies = traces.map(({ payload, redaction }) => {
      if (redaction === null) return payload;
      const { resource, scope, log } = redaction.stages;
      if (project !== null) return rewriteLogs(payload, redaction.stages);
      return rewriteLogs(payload, { resource: [(record) => redactButNames(record, resource)], scope, log });
    });
    // One message behind another is a message with the items of both.
    return { ...record, refused: [], body: Buffer.concat(bodies) };
  };
