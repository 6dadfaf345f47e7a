import type { IncomingMessage } from 'node:http';

import type { BodyMemory } from './body-memory.js';
import type { InFlight } from './in-flight.js';

export type BodyOutcome =
  | { readonly status: 'read'; readonly bytes: Buffer; readonly done: () => void }
  | { readonly status: 'too-large' }
  | { readonly status: 'busy' }
  /** The sender went away: nobody is left to answer. */
  | { readonly status: 'aborted' };

export interface BodyLimits {
  readonly bodyBytes: number;
  readonly inFlight: InFlight;
  readonly memory: BodyMemory;
}

const FIRST_GUESS_BYTES = 64 * 1024;

const lengthOf = (request: IncomingMessage): number | null => {
  const header = request.headers['content-length'];
  return header === undefined ? null : Number(header);
};

/**
 * Reads a body into one piece of memory, which is reserved before it is filled: by the content length where it is
 * known, else growing by doubles. Whoever gets `read` calls `done` when the bytes are not used any more.
 */
export const readBody = (request: IncomingMessage, { bodyBytes, inFlight, memory }: BodyLimits): Promise<BodyOutcome> => {
  const length = lengthOf(request);
  if (length !== null && length > bodyBytes) return Promise.resolve({ status: 'too-large' });
  let reserved = length ?? Math.min(FIRST_GUESS_BYTES, bodyBytes);
  if (!inFlight.reserve(reserved)) return Promise.resolve({ status: 'busy' });
  let body = memory.take(reserved);
  let filled = 0;

  const grow = (needed: number): 'grown' | 'too-large' | 'busy' => {
    if (needed > bodyBytes) return 'too-large';
    const size = Math.min(bodyBytes, Math.max(needed, body.length * 2));
    if (!inFlight.reserve(size - reserved)) return 'busy';
    reserved = size;
    const larger = memory.take(size);
    body.copy(larger, 0, 0, filled);
    memory.giveBack(body);
    body = larger;
    return 'grown';
  };

  const done = (): void => {
    inFlight.free(reserved);
    memory.giveBack(body);
  };

  return new Promise((resolve) => {
    const settle = (outcome: BodyOutcome): void => {
      request.off('data', take);
      request.off('end', end);
      request.off('close', abort);
      if (outcome.status !== 'read') done();
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
      settle({ status: 'read', bytes: body.subarray(0, filled), done });
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
