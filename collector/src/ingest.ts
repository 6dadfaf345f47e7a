import type { Decoder } from './decode/index.js';
import type { Journal } from './journal/index.js';
import type { RedactHost } from './redact-host.js';
import type { IngestOutcome, IngestPort, IngestRequest } from './receivers/index.js';

export interface IngestOptions {
  readonly decoder: Decoder;
  readonly journal: Journal;
  /** Null: no project has a rule. */
  readonly redact: RedactHost['redact'] | null;
}

/** What a record says of the rules that its body has passed. */
const REDACTED = 1;
const NOT_REDACTED = 0;

const RETRY_AFTER_FAULT_SECONDS = 5;

const UNTOUCHED = { status: 'redacted', record: null, isChanged: false } as const;

const NOT_REDACTABLE = "can't be redacted as the project's rules demand, and is not kept";
const CANNOT_REDACT: IngestOutcome = {
  status: 'refused',
  kind: 'not_redactable',
  error: { code: 'VALIDATION_ERROR', message: NOT_REDACTABLE, field: 'body', issue: NOT_REDACTABLE },
};

/**
 * The write side up to the acknowledgement: a receiver's bytes → decode (every limit) → redact (where the project has
 * rules) → journal (durable). Who may send was settled by access before the body was read.
 */
export const createIngest =
  ({ decoder, journal, redact }: IngestOptions): IngestPort =>
  async (request: IngestRequest): Promise<IngestOutcome> => {
    const { signal, format, encoding, bytes, principal, receivedAtMillis, via } = request;

    const decoded = await decoder.decode({ signal, format, encoding, bytes });
    if (decoded.status === 'refused') {
      const { code, problem } = decoded;
      return {
        status: 'refused',
        kind: problem.kind,
        error: { code, message: problem.issue, field: problem.field, issue: problem.issue },
      };
    }
    if (decoded.accepted === 0) return { status: 'accepted', decoded };

    const redacted = redact === null ? UNTOUCHED : await redact(decoded.record, principal.project);
    if (redacted.status === 'refused') return CANNOT_REDACT;
    if (redacted.status === 'failed')
      return {
        status: 'unavailable',
        retryAfterSeconds: RETRY_AFTER_FAULT_SECONDS,
        reason: 'the request could not be redacted',
      };

    const outcome = await journal.append({
      ...(redacted.record ?? decoded.record),
      receivedAtMillis,
      project: principal.project,
      keyEnvironment: principal.environment,
      redactionVersion: redacted.isChanged ? REDACTED : NOT_REDACTED,
      ...(via === undefined ? {} : { via }),
    });
    switch (outcome.status) {
      case 'durable':
        return { status: 'accepted', decoded };
      case 'full':
        return {
          status: 'unavailable',
          retryAfterSeconds: outcome.retryAfterSeconds,
          reason: 'the journal is full until the store has caught up',
        };
      case 'failed':
        return {
          status: 'unavailable',
          retryAfterSeconds: RETRY_AFTER_FAULT_SECONDS,
          reason: `the journal can't be written (${outcome.code})`,
        };
    }
  };
