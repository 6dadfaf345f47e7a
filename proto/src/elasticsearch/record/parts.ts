import { RECORD_LIMITS } from './record-limits.js';
import type { SpanJson } from './span-json.js';

/** The JSON of a trace's spans by the document that holds them, the head's first; at least the head. */
export const cutIntoParts = (spans: readonly SpanJson[], payloadBytes: number): readonly (readonly Uint8Array[])[] => {
  let part: Uint8Array[] = [];
  const parts: Uint8Array[][] = [part];
  let nested = 0;
  let bytes = 0;
  for (const { events, json } of spans) {
    const isFull =
      part.length >= RECORD_LIMITS.spans ||
      nested + 1 + events > RECORD_LIMITS.nested ||
      bytes + json.length > RECORD_LIMITS.spanBytes;
    if (isFull && part.length > 0) {
      part = [];
      parts.push(part);
      nested = 0;
      bytes = 0;
    }
    part.push(json);
    nested += 1 + events;
    bytes += json.length;
  }
  while (parts.length * RECORD_LIMITS.payloadBytes < payloadBytes) parts.push([]);
  return parts;
};
