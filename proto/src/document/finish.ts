import { traceKey } from './identity.js';
import { eventOf, recordOf, textOf } from './native-trace.js';
import type { LogEvent } from './otlp-logs.js';
import type { TraceParts } from './parts.js';
import {
  environmentOf,
  errorTypeOf,
  firstLabel,
  isFailed,
  labelOf,
  serviceOf,
  sessionOf,
  tagsOf,
  traceStatusOf,
  userOf,
} from './rules.js';
import { durationMillis, isoOfMillis, isoOfNanos, nanosOfIso } from './time.js';
import type { Attributes, EventDocument, Json, SpanDocument, TraceDocument, TraceMetadata } from './types.js';

const byTime = (a: SpanDocument, b: SpanDocument): number => {
  const order = BigInt(a.start_unix_nano) - BigInt(b.start_unix_nano);
  if (order !== 0n) return order < 0n ? -1 : 1;
  return a.span_id < b.span_id ? -1 : a.span_id > b.span_id ? 1 : 0;
};

const eventTime = (event: EventDocument): bigint => BigInt(event.time_unix_nano ?? '0');

const byEventTime = (a: LogEvent, b: LogEvent): number => {
  const order = eventTime(a) - eventTime(b);
  return order < 0n ? -1 : order > 0n ? 1 : 0;
};

/** Log records in a fixed order: by time, then by content. */
const orderedLogs = (parts: TraceParts): LogEvent[] =>
  [...parts.logs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, log]) => log)
    .sort(byEventTime);

const joinLogs = (spans: readonly SpanDocument[], logs: readonly LogEvent[]): SpanDocument[] => {
  if (logs.length === 0) return [...spans];
  const bySpan = Map.groupBy(logs, (log) => log.span_id);
  return spans.map((span) => {
    const joined = bySpan.get(span.span_id);
    return joined === undefined ? span : { ...span, events: [...span.events, ...joined] };
  });
};

const sortedSet = (texts: Iterable<string | null>): string[] =>
  [...new Set(texts)].filter((text) => text !== null).sort();

interface Times {
  readonly start: bigint;
  readonly end: bigint | null;
}

const timesOf = (spans: readonly SpanDocument[], head: Attributes, logs: readonly LogEvent[]): Times => {
  if (spans.length === 0)
    return {
      start: nanosOfIso(textOf(head.start_time) ?? '') ?? (logs[0] === undefined ? 0n : eventTime(logs[0])),
      end: nanosOfIso(textOf(head.end_time) ?? ''),
    };
  let start = BigInt(spans[0]?.start_unix_nano ?? 0);
  let end: bigint | null = null;
  for (const span of spans) {
    const spanStart = BigInt(span.start_unix_nano);
    if (spanStart < start) start = spanStart;
    const spanEnd = span.end_unix_nano === null ? null : BigInt(span.end_unix_nano);
    if (spanEnd !== null && (end === null || spanEnd > end)) end = spanEnd;
  }
  return { start, end };
};

const metadataOf = (head: Attributes, rootFirst: readonly SpanDocument[]): TraceMetadata => {
  const sent = recordOf(head.metadata);
  const derivedTags = sortedSet(rootFirst.flatMap(tagsOf)).map((tag) => [tag, true] as const);
  return {
    user_id: firstLabel(sent.user_id, ...rootFirst.map(userOf)),
    session_id: firstLabel(sent.session_id, ...rootFirst.map(sessionOf)),
    request_id: labelOf(sent.request_id),
    tags: { ...Object.fromEntries(derivedTags), ...recordOf(sent.tags) },
    custom_attributes: recordOf(sent.custom_attributes),
  };
};

const servicesOf = (head: Attributes, spans: readonly SpanDocument[]): string[] =>
  sortedSet([labelOf(recordOf(recordOf(head.otel).resource)['service.name']), ...spans.map(serviceOf)]);

const optional = (name: string, value: Json | undefined): Record<string, Json> =>
  value === undefined || value === null ? {} : { [name]: value };

const statusOfHead = (head: Attributes): 'ok' | 'error' | 'timeout' | 'cancelled' => {
  const sent = textOf(head.status);
  return sent === 'error' || sent === 'timeout' || sent === 'cancelled' ? sent : 'ok';
};

/** Derives the document; times, counts and status from the spans where there are any, all else as sent where it was. */
export const finish = (parts: TraceParts): TraceDocument => {
  const head = parts.head?.fields ?? {};
  const logs = orderedLogs(parts);
  const spans = joinLogs([...parts.spans.values()].sort(byTime), logs);
  const roots = spans.filter((span) => span.parent_span_id === null);
  const rootFirst = [...roots, ...spans.filter((span) => span.parent_span_id !== null)];
  const root = roots[0] ?? null;
  const failed = spans.filter((span) => isFailed(span.status));
  const { start, end } = timesOf(spans, head, logs);
  const status =
    spans.length === 0
      ? statusOfHead(head)
      : traceStatusOf(
          root === null ? null : { failed: isFailed(root.status), errorType: rootErrorType(root) },
          failed.length,
          textOf(head.status),
        );
  const traceEvents: EventDocument[] = Array.isArray(head.events) ? head.events.map(eventOf) : [];
  return {
    trace_id: parts.traceId,
    trace_key: traceKey(parts.traceId),
    name: textOf(head.name) ?? (root ?? spans[0])?.name ?? '',
    start_time: isoOfNanos(start),
    start_unix_nano: String(start),
    end_time: end === null ? null : isoOfNanos(end),
    duration_ms: end === null ? null : durationMillis(start, end),
    status,
    status_message: textOf(head.status_message) ?? root?.status_message ?? null,
    span_count: spans.length,
    error_count: failed.length,
    has_error: failed.length > 0,
    project: parts.project,
    environment: firstLabel(...rootFirst.map(environmentOf), head.environment, parts.keyEnvironment),
    sdk: head.sdk === undefined || head.sdk === null ? null : recordOf(head.sdk),
    attributes: recordOf(head.attributes),
    metadata: metadataOf(head, rootFirst),
    services: servicesOf(head, spans),
    models: [],
    providers: [],
    span_types: spans.length === 0 ? [] : ['span'],
    error_types: sortedSet(failed.map(errorTypeOf)),
    incomplete: spans.length === 0 ? end === null : root === null || root.end_time === null,
    events: [...traceEvents, ...logs.filter((log) => !parts.spans.has(log.span_id))],
    ...(optional('service_version', textOf(head.service_version)) as { service_version?: string }),
    ...(optional('schema_version', textOf(head.schema_version)) as { schema_version?: string }),
    ...(optional('otel', head.otel) as { otel?: Attributes }),
    noveum: {
      ...(parts.head === null ? {} : { head: parts.head as unknown as Json }),
      ...optional('key_environment', parts.keyEnvironment),
    },
    spans,
    ingested_at: isoOfMillis(parts.ingestedAtMillis),
    processed_at: isoOfMillis(parts.processedAtMillis),
  };
};

const rootErrorType = (root: SpanDocument): string | null =>
  root.status === 'timeout' ? 'timeout' : errorTypeOf(root);
