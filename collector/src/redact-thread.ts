import { parentPort } from 'node:worker_threads';

import type { RedactionRule } from './config/index.js';
import type { RedactedRecord, RedactionCounts } from './redact/index.js';
import { redactionBy } from './redact-records.js';
import { serveCalls, workOf } from './threads/index.js';

/** The thread that redacts large bodies, one at a time. */

export interface RedactThreadData {
  readonly rules: readonly RedactionRule[];
}

export interface ThreadAnswer {
  /** Null: it stays as it was. */
  readonly record: RedactedRecord | null;
  readonly counts: Readonly<Record<string, RedactionCounts>>;
}

const { rules } = await workOf<RedactThreadData>();
const { redact, redactions } = redactionBy(rules);

if (parentPort !== null)
  serveCalls(parentPort, {
    redact: (record: RedactedRecord, project: string | null): Promise<ThreadAnswer> => {
      const redacted = redact(record, project);
      return Promise.resolve({ record: redacted === record ? null : redacted, counts: redactions.takeCounts() });
    },
  });
