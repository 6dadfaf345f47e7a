import type { IncomingMessage } from 'node:http';

import type { InFlight } from './in-flight.js';

export type BodyOutcome =
  | { readonly status: 'read'; readonly bytes: Buffer; readonly reserved: number }
  | { readonly status: 'too-large' }
  | { readonly status: 'busy' }
  /** The sender went away: nobody is left to answer. */
  | { readonly status: 'aborted' };

export interface BodyLimits {
  readonly bodyBytes: number;
  readonly inFlight: InFlight;
}

const FIRST_GUESS_BYTES = 64 * 1024;

const lengthOf = (request: IncomingMessage): number | null => {
  const header = request.headers['content-length'];
  return header === undefined ? null : Number(header);
};

/**
 * Reads a body into one piece of memory, which is reserved before it is filled: by the content length where it is
 * known, else growing by doubles. Whoever gets `read` frees `reserved` when the body is done with.
 */
export const readBody = (request: IncomingMessage, { bodyBytes, inFlight }: BodyLimits): Promise<BodyOutcome> => {
  const length = lengthOf(request);
  if (length !== null && length > bodyBytes) return Promise.resolve({ status: 'too-large' });
  let reserved = length ?? Math.min(FIRST_GUESS_BYTES, bodyBytes);
  if (!inFlight.reserve(reserved)) return Promise.resolve({ status: 'busy' });
  let body = Buffer.allocUnsafeSlow(reserved);
  let filled = 0;

  const grow = (needed: number): 'grown' | 'too-large' | 'busy' => {
    if (needed > bodyBytes) return 'too-large';
    const size = Math.min(bodyBytes, Math.max(needed, body.length * 2));
    if (!inFlight.reserve(size - reserved)) return 'busy';
    reserved = size;
    const larger = Buffer.allocUnsafeSlow(size);
    body.copy(larger, 0, 0, filled);
    body = larger;
    return 'grown';
  };

  return new Promise((resolve) => {
    const settle = (outcome: BodyOutcome): void => {
      request.off('data', take);
      request.off('end', end);
      request.off('close', abort);
      if (outcome.status !== 'read') inFlight.free(reserved);
      resolve(outcome);
    };
    const take = (chunk: Buffer): void => {
      if (filled + chunk.length > body.length) {
        const growth = grow(filled + chunk.length);
        if (growth !== 'grown') {
          settle({ status: growth });
          return;
        }
      }
      chunk.copy(body, filled);
      filled += chunk.length;
    };
    const end = (): void => {
      settle({ status: 'read', bytes: body.subarray(0, filled), reserved });
    };
    const abort = (): void => {
      settle({ status: 'aborted' });
    };
    request.on('data', take);
    request.on('end', end);
    request.on('close', abort);
    request.on('error', abort);
  });
};
