import { randomUUID } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

import { decodeBody } from './decode-body.js';
import type { DecodeOutcome } from './decoded.js';
import type { DecodeRequest } from './decode-thread.js';
import { createCheckTrace } from './native/check-trace.js';
import { refuseUnpacked } from './refusal.js';

/** The thread that decodes large bodies, one at a time. */

const decode = ({ input, limits, nowMillis }: DecodeRequest): DecodeOutcome => {
  const bytes = Buffer.from(input.bytes.buffer, input.bytes.byteOffset, input.bytes.byteLength);
  const settings = {
    limits,
    checkTrace: createCheckTrace(limits),
    newTraceId: randomUUID,
    nowMillis,
    unpackUpToBytes: limits.unpackedBytes,
  };
  const outcome = decodeBody({ ...input, bytes }, settings);
  return outcome.status === 'over' ? refuseUnpacked(limits.unpackedBytes) : outcome;
};

parentPort?.on('message', (request: DecodeRequest) => {
  const outcome = decode(request);
  if (outcome.status === 'refused') {
    parentPort?.postMessage(outcome);
    return;
  }
  const { body } = outcome.record;
  // A view into a larger buffer can't be handed over without the rest of it.
  const own = body.byteLength === body.buffer.byteLength ? new Uint8Array(body.buffer) : new Uint8Array(body);
  parentPort?.postMessage({ ...outcome, record: { ...outcome.record, body: own } }, [own.buffer as ArrayBuffer]);
});
