import type { DecodeLimits, Decoder } from './decoded.js';
import { decodeBody } from './decode-body.js';
import { createDecodeThread } from './decode-thread.js';
import { createCheckTrace } from './native/check-trace.js';
import { refuseUnpacked } from './refusal.js';
import { createTurns } from './turns.js';

export interface DecoderOptions {
  readonly limits: DecodeLimits;
  /** Makes ids for native traces that come without one. */
  readonly newTraceId: () => string;
  readonly nowMillis: () => number;
  /** The built worker; default: the one beside this file. */
  readonly workerFile?: URL;
}

/** Beyond this a body would hold the calling thread for too long. Below it, a worker costs more than it frees. */
const INLINE_UNPACKED_BYTES = 1024 * 1024;

/** The visitor goes over plain protobuf fast: 16 MiB take some 30 ms, where a copy for the worker took 45. */
const isCheapToCheck = ({ format, encoding }: Parameters<Decoder['decode']>[0]): boolean =>
  format === 'otlp-protobuf' && encoding === 'identity';

export const createDecoder = (options: DecoderOptions): Decoder => {
  const { limits, newTraceId, nowMillis } = options;
  const checkTrace = createCheckTrace(limits);
  const unpackUpToBytes = Math.min(INLINE_UNPACKED_BYTES, limits.unpackedBytes);
  const workerFile = options.workerFile ?? new URL('./decode-worker.js', import.meta.url);
  const thread = createDecodeThread(workerFile, limits);
  const nextTurn = createTurns();
  return {
    async decode(input) {
      if (isCheapToCheck(input) && input.bytes.length > INLINE_UNPACKED_BYTES) await nextTurn();
      const now = nowMillis();
      const upToBytes = isCheapToCheck(input) ? limits.unpackedBytes : unpackUpToBytes;
      const settings = { limits, checkTrace, newTraceId, nowMillis: now, unpackUpToBytes: upToBytes };
      const outcome = decodeBody(input, settings);
      if (outcome.status !== 'over') return outcome;
      if (upToBytes === limits.unpackedBytes) return refuseUnpacked(limits.unpackedBytes);
      return thread.decode(input, now);
    },
    close: () => thread.close(),
  };
};
