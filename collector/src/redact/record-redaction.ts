import type { JournalRecord } from '../journal/index.js';
import type { ProjectRedactions } from './project-redactions.js';

/** What of a record is rewritten. */
export type RedactedRecord = Pick<JournalRecord, 'format' | 'refused' | 'body'>;

/** How a sender without a key names its project; as what stores the traces reads it. */
export interface SenderProjects {
  /** Of the texts that may name it, in their order. */
  readonly ofNames: (...named: readonly unknown[]) => string;
  /** Of an OTLP Resource message's content. */
  readonly ofResource: (bytes: Uint8Array, start: number, end: number) => string;
  /** Of one trace's share of a request of logs. */
  readonly ofLogs: (payload: Uint8Array) => string;
  /** Of a native trace, parsed. */
  readonly ofNative: (trace: Readonly<Record<string, unknown>>) => string;
}

export interface RedactionParts {
  readonly redactions: ProjectRedactions;
  readonly projects: SenderProjects;
}

/** `project`: the key's; null: each sender's own. The same reference where no rule is for any project in it. */
export type RedactRecord = (record: RedactedRecord, project: string | null) => RedactedRecord;

/** Attributes that name the project where no key does: there they stay, or the trace would go to another one. */
export const PROJECT_KEYS = ['noveum.project', 'openinference.project.name'] as const;
