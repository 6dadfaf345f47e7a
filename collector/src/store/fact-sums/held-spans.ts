import type { SpanFacts } from '../trace-store.js';

/** See `FactSums`. */
interface Held {
  readonly spanIds: Uint8Array[];
  heldSpans: Set<string> | null;
}

export const SPAN_ID_BYTES = 8;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const hold = (held: Set<string>, spanIds: Uint8Array): void => {
  const ids = asBuffer(spanIds);
  for (let at = 0; at < ids.length; at += SPAN_ID_BYTES) held.add(ids.toString('latin1', at, at + SPAN_ID_BYTES));
};

const heldSpansOf = (sums: Held): Set<string> => {
  if (sums.heldSpans !== null) return sums.heldSpans;
  const held = new Set<string>();
  sums.heldSpans = held;
  for (const ids of sums.spanIds) hold(held, ids);
  return held;
};

/** How many of the fragment's spans are held already, by id. */
export const countHeldSpans = (sums: Held, facts: SpanFacts): number => {
  if (sums.spanIds.length === 0) return 0;
  const held = heldSpansOf(sums);
  const ids = asBuffer(facts.spanIds);
  let count = 0;
  for (let at = 0; at < ids.length; at += SPAN_ID_BYTES)
    if (held.has(ids.toString('latin1', at, at + SPAN_ID_BYTES))) count++;
  return count;
};

export const holdSpans = (sums: Held, spanIds: Uint8Array): void => {
  sums.spanIds.push(spanIds);
  if (sums.heldSpans !== null) hold(sums.heldSpans, spanIds);
};
