import { asSent, type Derive } from './derive.js';
import { traceKey } from './identity.js';
import { groupBy } from './group-by.js';
import { recordOf, textOf } from './narrow.js';
import type { LogEvent } from './otlp-logs.js';
import type { TraceParts } from './parts.js';
import {
  customAttributesOf,
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
import { sampleWeightOf } from './sample-weight.js';
import { durationMillis, isoOfMillis } from './time.js';
import { noteHead } from './trace-head.js';
import { sdkOfSpans } from './trace-sdk.js';
import { eventTime, timesOfHead, timesOfSpans } from './trace-times.js';
import type {
  Attributes,
  EventDocument,
  Json,
  SpanDocument,
  TraceDocument,
  TraceMetadata,
  TraceStatus,
} from './types.js';

const byTime = (a: SpanDocument, b: SpanDocument): number => {
  const order = BigInt(a.start_unix_nano) - BigInt(b.start_unix_nano);
  if (order !== 0n) return order < 0n ? -1 : 1;
  return a.span_id < b.span_id ? -1 : a.span_id > b.span_id ? 1 : 0;
};

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
  const bySpan = groupBy(logs, (log) => log.span_id);
  return spans.map((span) => {
    const joined = bySpan.get(span.span_id);
    return joined === undefined ? span : { ...span, events: [...span.events, ...joined] };
  });
};

const sortedSet = (texts: Iterable<string | null>): string[] =>
  [...new Set(texts)].filter((text) => text !== null).sort();

const sentTags = (tags: Json | undefined): Attributes =>
  Array.isArray(tags) ? Object.fromEntries(tags.map((tag) => [labelOf(tag as Json) ?? '', true])) : recordOf(tags);

const metadataOf = (head: Attributes, rootFirst: readonly SpanDocument[]): TraceMetadata => {
  const sent = recordOf(head.metadata);
  const derivedTags = sortedSet(rootFirst.flatMap(tagsOf)).map((tag) => [tag, true] as const);
  return {
    user_id: firstLabel(sent.user_id, ...rootFirst.map(userOf)),
    session_id: firstLabel(sent.session_id, ...rootFirst.map(sessionOf)),
    request_id: labelOf(sent.request_id),
    tags: { ...Object.fromEntries(derivedTags), ...sentTags(sent.tags) },
    custom_attributes: Object.fromEntries([
      ...rootFirst.toReversed().flatMap(customAttributesOf),
      ...Object.entries(recordOf(sent.custom_attributes)),
    ]),
  };
};

const servicesOf = (head: Attributes, spans: readonly SpanDocument[]): string[] =>
  sortedSet([labelOf(recordOf(recordOf(head.otel).resource)['service.name']), ...spans.map(serviceOf)]);

const optional = (name: string, value: Json | undefined): Record<string, Json> =>
  value === undefined || value === null ? {} : { [name]: value };

const STATUSES: readonly string[] = ['ok', 'error', 'timeout', 'cancelled'] satisfies TraceStatus[];

const rootErrorType = (root: SpanDocument): string | null =>
  root.status === 'timeout' ? 'timeout' : errorTypeOf(root);

const statusOf = (spans: readonly SpanDocument[], root: SpanDocument | null, sent: string | null): TraceStatus => {
  if (spans.length === 0) return sent !== null && STATUSES.includes(sent) ? (sent as TraceStatus) : 'ok';
  const outcome = root === null ? null : { failed: isFailed(root.status), errorType: rootErrorType(root) };
  const errorCount = spans.filter((span) => isFailed(span.status)).length;
  return traceStatusOf(outcome, errorCount, root?.status === 'cancelled' ? 'cancelled' : sent);
};

/** The root's, else the sender's own field, else another span's, else the key's. */
const environmentOfTrace = (
  rootFirst: readonly SpanDocument[],
  head: Attributes,
  ofKey: string | null,
): string | null => {
  const ofSpans = rootFirst.map(environmentOf);
  const ofRoot = rootFirst[0]?.parent_span_id === null ? ofSpans[0] : null;
  return firstLabel(ofRoot, head.environment, ...ofSpans, ofKey);
};

/** Derives the document; times, counts and status from the spans where there are any, all else as sent where it was. */
export const finish = (parts: TraceParts, derive: Derive = asSent): TraceDocument => {
  const head = parts.head?.fields ?? {};
  const logs = orderedLogs(parts);
  const unplacedLogs = logs.filter((log) => !parts.spans.has(log.span_id));
  const derived = derive(joinLogs([...parts.spans.values()].sort(byTime), logs), unplacedLogs);
  const { spans } = derived;
  const sentAttributes = recordOf(head.attributes);
  const roots = spans.filter((span) => span.parent_span_id === null);
  const rootFirst = [...roots, ...spans.filter((span) => span.parent_span_id !== null)];
  const [first] = spans;
  const root = roots[0] ?? null;
  const failed = spans.filter((span) => isFailed(span.status));
  const { start, end } = first === undefined ? timesOfHead(head, logs) : timesOfSpans(first, spans);
  const sentEvents = Array.isArray(head.events) ? (head.events as unknown as EventDocument[]) : [];
  const shown: Omit<TraceDocument, 'noveum'> = {
    trace_id: parts.traceId,
    trace_key: traceKey(parts.traceId),
    name: textOf(head.name) ?? (root ?? first)?.name ?? '',
    start_time: start.text,
    start_unix_nano: String(start.nanos),
    end_time: end?.text ?? null,
    duration_ms: end === null ? null : durationMillis(start.nanos, end.nanos),
    status: statusOf(spans, root, textOf(head.status)),
    status_message: textOf(head.status_message) ?? root?.status_message ?? null,
    span_count: spans.length,
    error_count: failed.length,
    has_error: failed.length > 0,
    project: parts.project,
    environment: environmentOfTrace(rootFirst, head, parts.keyEnvironment),
    sdk: head.sdk === undefined || head.sdk === null ? sdkOfSpans(root, spans) : recordOf(head.sdk),
    attributes: { ...derived.attributes, ...sentAttributes },
    metadata: metadataOf(head, rootFirst),
    services: servicesOf(head, spans),
    models: derived.models,
    providers: derived.providers,
    span_types: [...new Set(spans.map((span) => span.type))].sort(),
    error_types: sortedSet(failed.map(errorTypeOf)),
    incomplete: first === undefined ? end === null : (root?.end_time ?? null) === null,
    events: [...sentEvents, ...unplacedLogs],
    ...(optional('service_version', textOf(head.service_version)) as { service_version?: string }),
    ...(optional('schema_version', textOf(head.schema_version)) as { schema_version?: string }),
    ...(Object.keys(recordOf(head.otel)).length === 0 ? {} : { otel: recordOf(head.otel) }),
    ...(optional('sample_weight', sampleWeightOf(rootFirst)) as { sample_weight?: number }),
    ...(derived.scores.length === 0 ? {} : { scores: derived.scores }),
    spans,
    ingested_at: isoOfMillis(parts.ingestedAtMillis),
    processed_at: isoOfMillis(parts.processedAtMillis),
  };
  const derivedKeys = Object.keys(derived.attributes).filter((name) => !Object.hasOwn(sentAttributes, name));
  return {
    ...shown,
    noveum: {
      ...(parts.head === null ? {} : noteHead(parts.head, { ...shown, attributes: sentAttributes })),
      ...(derivedKeys.length === 0 ? {} : { derived: { keys: derivedKeys } }),
      ...optional('key_environment', parts.keyEnvironment),
    },
  };
};
