import type { IncomingMessage } from 'node:http';

import type { BodyMemory } from './body-memory.js';
import type { InFlight } from './in-flight.js';

export type BodyOutcome =
  | { readonly status: 'read'; readonly bytes: Buffer; readonly done: () => void }
  | { readonly status: 'too-large' }
  | { readonly status: 'busy' }
  /** No byte came for `idleMillis`. */
  | { readonly status: 'stalled' }
  /** The sender went away: nobody is left to answer. */
  | { readonly status: 'aborted' };

export interface BodyLimits {
  readonly bodyBytes: number;
  readonly inFlight: InFlight;
  readonly memory: BodyMemory;
  readonly idleMillis: number;
}

const FIRST_GUESS_BYTES = 64 * 1024;

const lengthOf = (request: IncomingMessage): number | null => {
  const header = request.headers['content-length'];
  return header === undefined ? null : Number(header);
};

/**
 * Reads a body into one piece of memory, which is reserved before it is filled: by the content length where it is
 * known, else growing by doubles. `start` is called once the body is wanted; whoever gets `read` calls `done` when the
 * bytes are not used any more.
 */
export const readBody = (request: IncomingMessage, limits: BodyLimits, start: () => void): Promise<BodyOutcome> => {
  const { bodyBytes, inFlight, memory, idleMillis } = limits;
  // A sender who left while its key was looked up has had its 'close' already.
  if (request.destroyed) return Promise.resolve({ status: 'aborted' });
  const length = lengthOf(request);
  if (length !== null && length > bodyBytes) return Promise.resolve({ status: 'too-large' });
  let reserved = length ?? Math.min(FIRST_GUESS_BYTES, bodyBytes);
  if (!inFlight.reserve(reserved)) return Promise.resolve({ status: 'busy' });
  let body = memory.take(reserved);
  let filled = 0;

  const grow = (needed: number): 'grown' | 'too-large' | 'busy' => {
    if (needed > bodyBytes) return 'too-large';
    const size = Math.min(bodyBytes, Math.max(needed, reserved * 2));
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
      request.off('data', take).off('end', end).off('close', abort).off('error', abort).off('timeout', stall);
      request.socket.setTimeout(0);
      if (outcome.status !== 'read') done();
      resolve(outcome);
    };
    const take = (chunk: Buffer): void => {
      if (filled + chunk.length > reserved) {
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
    const stall = (): void => {
      settle({ status: 'stalled' });
    };
    request.on('data', take).on('end', end).on('close', abort).on('error', abort).on('timeout', stall);
    request.socket.setTimeout(idleMillis);
    start();
  });
};
