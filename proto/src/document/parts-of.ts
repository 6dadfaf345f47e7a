import { sentSpan } from './derive.js';
import type { Fragment } from './fragment.js';
import { textOf } from './narrow.js';
import { readNativeTrace } from './native-trace.js';
import { readOtlp } from './otlp-groups.js';
import { eventsOfLogs, isLog, type LogEvent } from './otlp-logs.js';
import { readHex, readMessage } from './otlp-message.js';
import { spansOfOtlp } from './otlp-spans.js';
import { logsByText, spansById, type TraceParts } from './parts.js';
import { headOfDocument } from './trace-head.js';
import type { TraceDocument } from './types.js';

type Content = Pick<TraceParts, 'spans' | 'logs' | 'head' | 'traceId'>;

const NOTHING = new Map<string, never>();

const nativeContent = (payload: Uint8Array, maxValueBytes: number): Content => {
  const { head, spans, traceId } = readNativeTrace(payload, maxValueBytes);
  return { traceId, spans: spansById(spans), logs: NOTHING, head };
};

const spansContent = (payload: Uint8Array, maxValueBytes: number): Content => {
  const spans = spansOfOtlp(payload, maxValueBytes);
  return { traceId: spans[0]?.trace_id ?? '', spans: spansById(spans), logs: NOTHING, head: null };
};

const traceIdOfLogs = (payload: Uint8Array, maxValueBytes: number): string => {
  const [traceId] = readOtlp(payload, maxValueBytes, (cursor, end) => {
    let id = '';
    readMessage(cursor, end, { 74: (to) => (id = readHex(cursor, to)) });
    return id;
  });
  return traceId ?? '';
};

const logsContent = (payload: Uint8Array, maxValueBytes: number): Content => ({
  traceId: traceIdOfLogs(payload, maxValueBytes),
  spans: NOTHING,
  logs: logsByText(eventsOfLogs(payload, maxValueBytes)),
  head: null,
});

const CONTENT_OF = {
  'otlp-spans': spansContent,
  'otlp-logs': logsContent,
  native: nativeContent,
} as const satisfies Record<Fragment['kind'], (payload: Uint8Array, maxValueBytes: number) => Content>;

export const partsOfFragment = (fragment: Fragment, maxValueBytes: number): TraceParts => ({
  ...CONTENT_OF[fragment.kind](fragment.payload, maxValueBytes),
  project: fragment.project,
  keyEnvironment: textOf(fragment.keyEnvironment),
  ingestedAtMillis: fragment.receivedAtMillis,
  processedAtMillis: fragment.receivedAtMillis,
});

/** Takes a document apart again: nothing that merging needs is lost in it. */
export const partsOfDocument = (document: TraceDocument): TraceParts => {
  const logs: LogEvent[] = document.events.filter(isLog);
  const spans = document.spans.map(sentSpan).map((span) => {
    const own = span.events.filter((event) => !isLog(event));
    logs.push(...span.events.filter(isLog));
    return own.length === span.events.length ? span : { ...span, events: own };
  });
  return {
    project: document.project,
    traceId: document.trace_id,
    ingestedAtMillis: Date.parse(document.ingested_at),
    processedAtMillis: Date.parse(document.processed_at),
    keyEnvironment: textOf(document.noveum.key_environment),
    spans: spansById(spans),
    logs: logsByText(logs),
    head: headOfDocument(document),
  };
};
