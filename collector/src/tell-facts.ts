import type { Fragment, Prices } from 'noveum-proto';

import { createPayloadArena, fragmentsOf } from './normalise/index.js';
import type { TraceFragment } from './store/index.js';

/** Creates what tells facts of stored spans as they would be told if the spans came now; null where a document is needed. */
export const createTellFacts = (prices: Prices): ((fragment: Fragment) => TraceFragment['facts']) => {
  const arena = createPayloadArena();
  return ({ keyEnvironment, kind, payload, project, receivedAtMillis }) => {
    if (kind !== 'otlp-spans') return null;
    arena.reset();
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    const record = { body, project, keyEnvironment, receivedAtMillis, redactionVersion: 0, refused: [] };
    return fragmentsOf({ ...record, format: 'otlp-traces' }, arena, prices)[0]?.facts ?? null;
  };
};
