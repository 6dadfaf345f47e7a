import { RECORD_LIMITS } from './record-limits.js';
import type { SpanJson } from './span-json.js';

/** The JSON of a trace's spans by the document that holds them, the head's first; at least the head. */
export const cutIntoParts = (spans: readonly SpanJson[], payloadBytes: number): readonly (readonly string[])[] => {
  let part: string[] = [];
  const parts: string[][] = [part];
  let nested = 0;
  let units = 0;
  for (const { events, json } of spans) {
    const isFull =
      part.length >= RECORD_LIMITS.spans ||
      nested + 1 + events > RECORD_LIMITS.nested ||
      units + json.length > RECORD_LIMITS.spanUnits;
    if (isFull && part.length > 0) {
      part = [];
      parts.push(part);
      nested = 0;
      units = 0;
    }
    part.push(json);
    nested += 1 + events;
    units += json.length;
  }
  while (parts.length * RECORD_LIMITS.payloadBytes < payloadBytes) parts.push([]);
  return parts;
};
