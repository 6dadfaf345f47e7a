import type { ErrorDetails } from '../errors/index.js';

const RETRY_SECONDS = 1;

export const BUSY: ErrorDetails = {
  code: 'STORE_UNAVAILABLE',
  message: 'too many bytes are in flight; send again in a moment',
  retryAfterSeconds: RETRY_SECONDS,
};

/** A fault of ours: OTLP clients repeat on it, where a 500 would have them drop what they hold. */
export const UNWORKABLE: ErrorDetails = {
  code: 'STORE_UNAVAILABLE',
  message: 'the request could not be worked on; try again',
  retryAfterSeconds: RETRY_SECONDS,
};

export const bodyTooLarge = (bodyBytes: number): ErrorDetails => {
  const issue = `must have at most ${String(bodyBytes)} bytes as sent`;
  return { code: 'PAYLOAD_TOO_LARGE', message: `body ${issue}`, field: 'body', issue };
};
