import type { SpanDocument } from 'noveum-proto';

import { spanRecordOf, withoutContent } from './span-record.js';

/** What one Elasticsearch document of a trace may hold. */
export const RECORD_LIMITS = {
  spans: 1_000,
  /** Spans and their events: each is a document of Lucene's, and Elasticsearch takes 10,000 in one. */
  nested: 9_000,
  /** UTF-16 code units of the spans' JSON. */
  spanUnits: 8 * 1024 * 1024,
  /** Each is a character of the JSON, and up to six of it. */
  payloadBytes: 4 * 1024 * 1024,
} as const;

/** A span's JSON, without its content where Elasticsearch would refuse it. */
const spanJson = (span: SpanDocument): string => {
  const json = JSON.stringify(spanRecordOf(span));
  const isRefused = json.length > RECORD_LIMITS.spanUnits || span.events.length >= RECORD_LIMITS.nested;
  return isRefused ? JSON.stringify(spanRecordOf(withoutContent(span))) : json;
};

/** The JSON of a trace's spans by the document that holds them, the head's first; at least the head. */
export const cutIntoParts = (spans: readonly SpanDocument[], payloadBytes: number): readonly (readonly string[])[] => {
  const parts: string[][] = [[]];
  let part: string[] = [];
  parts[0] = part;
  let nested = 0;
  let units = 0;
  for (const span of spans) {
    const json = spanJson(span);
    const more = 1 + span.events.length;
    const isFull =
      part.length >= RECORD_LIMITS.spans ||
      nested + more > RECORD_LIMITS.nested ||
      units + json.length > RECORD_LIMITS.spanUnits;
    if (isFull && part.length > 0) {
      part = [];
      parts.push(part);
      nested = 0;
      units = 0;
    }
    part.push(json);
    nested += more;
    units += json.length;
  }
  while (parts.length * RECORD_LIMITS.payloadBytes < payloadBytes) parts.push([]);
  return parts;
};
