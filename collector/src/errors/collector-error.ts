import type { ErrorCode } from './error-codes.js';

export interface ErrorDetails {
  readonly code: ErrorCode;
  /** A sentence for the sender. Never holds anything out of a payload. */
  readonly message: string;
  /** Path of the field, e.g. `spans[0].start_time`. */
  readonly field?: string;
  /** The rule that the field broke. */
  readonly issue?: string;
  readonly retryAfterSeconds?: number;
}

/** The collector's one error: where an expected refusal has to travel as a throw, and for faults at start. */
export class CollectorError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly issue: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(details: ErrorDetails, options?: { readonly cause?: unknown }) {
    super(details.message, options);
    this.name = 'CollectorError';
    this.code = details.code;
    this.field = details.field;
    this.issue = details.issue;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
