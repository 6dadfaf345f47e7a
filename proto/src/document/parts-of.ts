import type { Fragment } from './fragment.js';
import { readNativeTrace, textOf } from './native-trace.js';
import { eventsOfLogs, type LogEvent } from './otlp-logs.js';
import { readHex, readMessage, readOtlp, spansOfOtlp } from './otlp-spans.js';
import { logsByText, spansById, type TraceHead, type TraceParts } from './parts.js';
import { nanosOfIso } from './time.js';
import type { Attributes, SpanDocument, TraceDocument } from './types.js';

/** Longer texts are cut in the document, with a mark; what was sent stays as it is. */
const MAX_TEXT_LENGTH = 1024 * 1024;

type Content = Pick<TraceParts, 'spans' | 'logs' | 'head' | 'traceId'>;

const NOTHING = new Map<string, never>();

const headOf = (fields: Attributes, spans: readonly SpanDocument[]): TraceHead => {
  const end = nanosOfIso(textOf(fields.end_time) ?? '');
  return {
    holdsRoot: spans.some((span) => span.parent_span_id === null),
    endUnixNano: end === null ? '' : String(end),
    fields,
  };
};

const nativeContent = (payload: Uint8Array): Content => {
  const { head, spans } = readNativeTrace(payload);
  return { traceId: textOf(head.trace_id) ?? '', spans: spansById(spans), logs: NOTHING, head: headOf(head, spans) };
};

const spansContent = (payload: Uint8Array): Content => {
  const spans = spansOfOtlp(payload, MAX_TEXT_LENGTH);
  return { traceId: spans[0]?.trace_id ?? '', spans: spansById(spans), logs: NOTHING, head: null };
};

const traceIdOfLogs = (payload: Uint8Array): string => {
  const [traceId] = readOtlp(payload, MAX_TEXT_LENGTH, (cursor, end) => {
    let id = '';
    readMessage(cursor, end, { 74: (to) => (id = readHex(cursor, to)) });
    return id;
  });
  return traceId ?? '';
};

const logsContent = (payload: Uint8Array): Content => ({
  traceId: traceIdOfLogs(payload),
  spans: NOTHING,
  logs: logsByText(eventsOfLogs(payload, MAX_TEXT_LENGTH)),
  head: null,
});

const CONTENT_OF = {
  'otlp-spans': spansContent,
  'otlp-logs': logsContent,
  native: nativeContent,
} as const satisfies Record<Fragment['kind'], (payload: Uint8Array) => Content>;

export const partsOfFragment = (fragment: Fragment): TraceParts => ({
  ...CONTENT_OF[fragment.kind](fragment.payload),
  project: fragment.project,
  keyEnvironment: fragment.keyEnvironment,
  ingestedAtMillis: fragment.receivedAtMillis,
  processedAtMillis: fragment.receivedAtMillis,
});

const isLog = (event: object): event is LogEvent => (event as { source?: unknown }).source === 'log';

/** Takes a document apart again: nothing that merging needs is lost in it. */
export const partsOfDocument = (document: TraceDocument): TraceParts => {
  const logs: LogEvent[] = document.events.filter(isLog);
  const spans = document.spans.map((span) => {
    const own = span.events.filter((event) => !isLog(event));
    logs.push(...span.events.filter(isLog));
    return own.length === span.events.length ? span : { ...span, events: own };
  });
  const { head, key_environment: keyEnvironment } = document.noveum as {
    head?: TraceHead;
    key_environment?: string;
  };
  return {
    project: document.project,
    traceId: document.trace_id,
    ingestedAtMillis: Date.parse(document.ingested_at),
    processedAtMillis: Date.parse(document.processed_at),
    keyEnvironment: keyEnvironment ?? null,
    spans: spansById(spans),
    logs: logsByText(logs),
    head: head ?? null,
  };
};
