import { splitLogs, traceKey } from 'noveum-proto';

import type { JournalRecord } from '../journal/index.js';
import type { TraceFragment } from '../store/index.js';
import { fieldsOf } from './checked-fields.js';
import { DEFAULT_PROJECT, projectOfResource } from './sender-project.js';

const TAG_1 = 10;

/** Of the first resource: the records of one trace in one request come from one application. */
export const projectOfLogs = (payload: Uint8Array): string => {
  for (const [, start, end] of fieldsOf(payload, 0, payload.length))
    for (const [tag, resourceStart, resourceEnd] of fieldsOf(payload, start, end))
      if (tag === TAG_1) return projectOfResource(payload, resourceStart, resourceEnd);
  return DEFAULT_PROJECT;
};

/** The traces that a logs request speaks of, under the project that their spans have too. */
export const logFragments = (record: JournalRecord): TraceFragment[] =>
  splitLogs(record.body, record.refused).map(({ traceId, payload }) => ({
    kind: 'otlp-logs' as const,
    payload,
    project: record.project ?? projectOfLogs(payload),
    keyEnvironment: record.keyEnvironment,
    receivedAtMillis: record.receivedAtMillis,
    traceKey: traceKey(traceId),
    facts: null,
  }));
