import { parseExact } from '../otlp/index.js';
import { sameJson } from './differing.js';
import { recordOf, textOf } from './narrow.js';
import { eventOf, shownTime, spanOfNative } from './native-span.js';
import { plainValue } from './native-value.js';
import type { TraceHead } from './trace-head.js';
import type { Attributes, Json, SpanDocument } from './types.js';
import { newNotes, noted } from './value-types.js';

/** A native trace as it was sent: see the native API's `POST /v1/traces`. */
export interface NativeTrace {
  readonly traceId: string;
  /** Null: the sender has said that the trace's own fields only tell what its spans do. */
  readonly head: TraceHead | null;
  readonly spans: readonly SpanDocument[];
}

/** `noveum.as_sent` names the trace-level fields that are the sender's own word, as in the document. */
const saysNothing = (fields: Attributes): boolean => sameJson(fields.noveum, { as_sent: [] });

const asShown = (fields: Attributes): Attributes => ({
  ...fields,
  ...(shownTime(fields.start_time) === null ? {} : { start_time: shownTime(fields.start_time) }),
  ...(shownTime(fields.end_time) === null ? {} : { end_time: shownTime(fields.end_time) }),
  ...(Array.isArray(fields.events) ? { events: fields.events.map(eventOf) as unknown as Json } : {}),
});

/** Reads what decode has let in; fields of a wrong type count as not sent. Throws SyntaxError where it is no JSON. */
export const readNativeTrace = (payload: Uint8Array, maxValueBytes: number): NativeTrace => {
  const { spans: sentSpans, ...rest } = parseExact(new TextDecoder().decode(payload)) as Record<string, unknown>;
  const notes = newNotes(maxValueBytes);
  const fields = recordOf(plainValue(rest, '', notes));
  const traceId = textOf(fields.trace_id) ?? '';
  const spans = Array.isArray(sentSpans) ? sentSpans.map((span) => spanOfNative(span, traceId, maxValueBytes)) : [];
  const holdsRoot = spans.some((span) => span.parent_span_id === null);
  return {
    traceId,
    head: saysNothing(fields) ? null : { holdsRoot, fields: asShown(fields), notes: noted(notes) },
    spans,
  };
};
