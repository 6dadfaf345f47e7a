import type { ServerHttp2Stream } from 'node:http2';

import type { BodyMemory } from './body-memory.js';
import type { InFlight } from './in-flight.js';

export type MessageOutcome =
  | { readonly status: 'read'; readonly bytes: Buffer; readonly isPacked: boolean; readonly done: () => void }
  | { readonly status: 'too-large' }
  | { readonly status: 'busy' }
  /** No byte came for `idleMillis`, or not all within `requestTimeoutMillis`. */
  | { readonly status: 'stalled' }
  /** Not one message and nothing else. */
  | { readonly status: 'malformed' }
  /** The sender went away: nobody is left to answer. */
  | { readonly status: 'aborted' };

export interface MessageLimits {
  readonly messageBytes: number;
  readonly inFlight: InFlight;
  readonly memory: BodyMemory;
  readonly idleMillis: number;
  readonly requestTimeoutMillis: number;
}

/** One byte that says whether it is packed, four with its length (gRPC over HTTP/2, "Length-Prefixed-Message"). */
export const PREFIX_BYTES = 5;

/**
 * Reads the one message of a unary call into memory that is reserved once its prefix tells how long it is, so that
 * a message no room is left for is refused before it comes. Whoever gets `read` calls `done` when the bytes are not
 * used any more.
 */
export const readMessage = (stream: ServerHttp2Stream, limits: MessageLimits): Promise<MessageOutcome> => {
  const { messageBytes, inFlight, memory, idleMillis, requestTimeoutMillis } = limits;
  // A sender who left while its key was looked up has had its 'close' already.
  if (stream.destroyed || stream.aborted) return Promise.resolve({ status: 'aborted' });
  const prefix = Buffer.alloc(PREFIX_BYTES);
  let prefixFilled = 0;
  let length = 0;
  let body: Buffer | null = null;
  let filled = 0;

  const done = (): void => {
    if (body === null) return;
    inFlight.free(length);
    memory.giveBack(body);
    body = null;
  };

  const reserve = (): 'reserved' | 'too-large' | 'busy' => {
    length = prefix.readUInt32BE(1);
    if (length > messageBytes) return 'too-large';
    if (!inFlight.reserve(length)) return 'busy';
    body = memory.take(length);
    return 'reserved';
  };

  const take = (chunk: Buffer): 'taken' | 'too-large' | 'busy' | 'malformed' => {
    const prefixEnd = Math.min(PREFIX_BYTES - prefixFilled, chunk.length);
    chunk.copy(prefix, prefixFilled, 0, prefixEnd);
    prefixFilled += prefixEnd;
    if (prefixFilled < PREFIX_BYTES) return 'taken';
    if (body === null) {
      const reserved = reserve();
      if (reserved !== 'reserved') return reserved;
    }
    const rest = chunk.length - prefixEnd;
    if (filled + rest > length) return 'malformed';
    if (body !== null) chunk.copy(body, filled, prefixEnd);
    filled += rest;
    return 'taken';
  };

  return new Promise((resolve) => {
    const settle = (outcome: MessageOutcome): void => {
      stream.off('data', add).off('end', end).off('close', abort).off('aborted', abort);
      stream.setTimeout(0);
      clearTimeout(timer);
      if (outcome.status !== 'read') done();
      resolve(outcome);
    };
    const add = (chunk: Buffer): void => {
      const status = take(chunk);
      if (status !== 'taken') settle({ status });
    };
    const end = (): void => {
      if (body === null || filled < length) settle({ status: 'malformed' });
      else settle({ status: 'read', bytes: body.subarray(0, length), isPacked: prefix[0] === 1, done });
    };
    const abort = (): void => {
      settle({ status: 'aborted' });
    };
    const stall = (): void => {
      settle({ status: 'stalled' });
    };
    const timer = setTimeout(stall, requestTimeoutMillis);
    stream.on('data', add).on('end', end).on('close', abort).on('aborted', abort);
    stream.setTimeout(idleMillis, stall);
  });
};
