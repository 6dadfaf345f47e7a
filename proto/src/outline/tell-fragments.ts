import { type Prices, responseOf, WHOLE_CALL_EVENT } from '../dialects/index.js';
import { eventsOfLogs, type Fragment, toTraceDocument } from '../document/index.js';
import { holds } from './bytes.js';
import { toldOfDocuments } from './told-of-documents.js';
import { createOtlpTeller } from './told-of-otlp.js';
import { byEnd, type ToldSpan } from './told-span.js';

/** What the fragments of a trace told as they passed by. */
export interface Told {
  readonly spans: Map<string, ToldSpan>;
  /** Spans that only their documents can tell: of two versions, of values of other shapes, with events that speak for them. */
  readonly unread: Set<string>;
  /** Spans that log records speak for. */
  readonly spokenFor: Set<string>;
  /** By response, the spans that records about it name; empty: none. */
  readonly responses: Map<string, string[]>;
  firstReceivedMillis: number;
  /** As first sent; null: nothing was told. */
  traceId: string | null;
}

export const nothingTold = (): Told => ({
  spans: new Map(),
  unread: new Set(),
  spokenFor: new Set(),
  responses: new Map(),
  firstReceivedMillis: Infinity,
  traceId: null,
});

/** Of two versions the one that ended later; which of equals, their documents say. */
const take = ({ spans, unread }: Told, span: ToldSpan): void => {
  const held = spans.get(span.spanId);
  const order = held === undefined ? -1 : byEnd(held, span);
  if (order < 0) spans.set(span.spanId, span);
  else if (order === 0) unread.add(span.spanId);
};

const noteId = (told: Told, traceId: string, receivedAtMillis: number): void => {
  const isFirst =
    told.traceId === null ||
    receivedAtMillis < told.firstReceivedMillis ||
    (receivedAtMillis === told.firstReceivedMillis && traceId < told.traceId);
  if (!isFirst) return;
  told.traceId = traceId;
  told.firstReceivedMillis = receivedAtMillis;
};

const SPEAKING = new TextEncoder().encode(WHOLE_CALL_EVENT);

const noteLogs = (told: Told, payload: Uint8Array, maxValueBytes: number): void => {
  if (!holds(payload, SPEAKING)) return;
  for (const event of eventsOfLogs(payload, maxValueBytes)) {
    if (event.name !== WHOLE_CALL_EVENT) continue;
    if (event.span_id !== '') told.spokenFor.add(event.span_id);
    const response = responseOf(event);
    if (response === null) continue;
    const named = told.responses.get(response);
    if (named === undefined) told.responses.set(response, [event.span_id]);
    else named.push(event.span_id);
  }
};

export interface TellOptions {
  readonly traceKey: string;
  readonly prices: Prices | null;
  readonly maxValueBytes: number;
}

/** Makes a function that adds to `told` what a fragment of the trace tells. */
export const createTeller = (told: Told, { maxValueBytes, prices, traceKey }: TellOptions) => {
  const tellOtlp = createOtlpTeller(prices);
  const sink = {
    span: (span: ToldSpan) => {
      take(told, span);
    },
    unread: (spanId: string) => {
      told.unread.add(spanId);
    },
  };
  return (fragment: Fragment): void => {
    if (fragment.kind === 'native') {
      const document = toTraceDocument([fragment], { maxValueBytes });
      noteId(told, document?.trace_id ?? traceKey, fragment.receivedAtMillis);
      for (const span of toldOfDocuments(document?.spans ?? [], [], prices)) take(told, span);
      return;
    }
    // OTLP's ids are keys already.
    noteId(told, traceKey, fragment.receivedAtMillis);
    if (fragment.kind === 'otlp-spans') tellOtlp(fragment.payload, sink);
    else noteLogs(told, fragment.payload, maxValueBytes);
  };
};
