import type { Decoder } from './decode/index.js';
import type { Journal } from './journal/index.js';
import type { IngestOutcome, IngestPort, IngestRequest } from './receivers/index.js';

export interface IngestOptions {
  readonly decoder: Decoder;
  readonly journal: Journal;
}

const RETRY_AFTER_FAULT_SECONDS = 5;

/**
 * The write side up to the acknowledgement: a receiver's bytes → decode (every limit) → journal (durable).
 * Who may send was settled by access before the body was read; redaction's place is between decode and journal.
 */
export const createIngest =
  ({ decoder, journal }: IngestOptions): IngestPort =>
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

    const outcome = await journal.append({
      ...decoded.record,
      receivedAtMillis,
      project: principal.project,
      keyEnvironment: principal.environment,
      redactionVersion: 0,
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
