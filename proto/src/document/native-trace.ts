import { parseExact } from '../otlp/index.js';
import { durationMillis, isoOfNanos, nanosOfIso } from './time.js';
import type { Attributes, EventDocument, Json, LinkDocument, SpanDocument, SpanKind, SpanStatus } from './types.js';

/** A native trace as it was sent: see the native API's `POST /v1/traces`. */
export interface NativeTrace {
  readonly head: Attributes;
  readonly spans: readonly SpanDocument[];
}

const KINDS: readonly string[] = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUSES: readonly string[] = ['ok', 'error', 'unset', 'timeout', 'cancelled'];
const KNOWN_SPAN_FIELDS = new Set(
  'span_id trace_id parent_span_id name start_time end_time duration_ms status status_message attributes events links exception'.split(' '),
);

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const recordOf = (value: unknown): Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Attributes) : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Integers beyond 2^53 have no JSON number: they become decimal strings. */
const plain = (value: unknown): Json => {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
  return value as Json;
};

export const eventOf = (sent: unknown): EventDocument => {
  const event = recordOf(sent);
  const nanos = nanosOfIso(textOf(event.timestamp) ?? '');
  return {
    name: textOf(event.name) ?? '',
    timestamp: textOf(event.timestamp),
    ...(nanos === null ? {} : { time_unix_nano: String(nanos) }),
    attributes: recordOf(event.attributes),
  };
};

const linkOf = (sent: unknown): LinkDocument => {
  const link = recordOf(sent);
  return {
    trace_id: textOf(link.trace_id) ?? '',
    span_id: textOf(link.span_id) ?? '',
    attributes: recordOf(link.attributes),
  };
};

const scopeOf = (otel: Attributes): SpanDocument['scope'] | null => {
  const scope = recordOf(otel.scope);
  const name = textOf(scope.name);
  const version = textOf(scope.version);
  if (name === null && version === null) return null;
  return { ...(name === null ? {} : { name }), ...(version === null ? {} : { version }) };
};

const spanOf = (sent: unknown, traceId: string): SpanDocument => {
  const span = recordOf(sent);
  const start = nanosOfIso(textOf(span.start_time) ?? '') ?? 0n;
  const end = nanosOfIso(textOf(span.end_time) ?? '');
  const otel = recordOf(span.otel);
  const kind = textOf(otel.kind) ?? 'INTERNAL';
  const scope = scopeOf(otel);
  const status = textOf(span.status) ?? 'unset';
  const others = Object.fromEntries(Object.entries(span).filter(([name]) => !KNOWN_SPAN_FIELDS.has(name)));
  return {
    span_id: textOf(span.span_id) ?? '',
    trace_id: textOf(span.trace_id) ?? traceId,
    parent_span_id: textOf(span.parent_span_id),
    name: textOf(span.name) ?? '',
    kind: (KINDS.includes(kind) ? kind : 'INTERNAL') as SpanKind,
    type: 'span',
    start_time: isoOfNanos(start),
    start_unix_nano: String(start),
    end_time: end === null ? null : isoOfNanos(end),
    end_unix_nano: end === null ? null : String(end),
    duration_ms: end === null ? null : durationMillis(start, end),
    status: (STATUSES.includes(status) ? status : 'unset') as SpanStatus,
    status_message: textOf(span.status_message),
    attributes: recordOf(span.attributes),
    events: listOf(span.events).map(eventOf),
    links: listOf(span.links).map(linkOf),
    ...(span.exception === undefined || span.exception === null ? {} : { exception: recordOf(span.exception) }),
    ...(scope === null || scope === undefined ? {} : { scope }),
    ...(Object.keys(others).length === 0 ? {} : { noveum: { sent: others } }),
  };
};

/** Reads what decode has let in; fields of a wrong type count as not sent. Throws SyntaxError where it is no JSON. */
export const readNativeTrace = (payload: Uint8Array): NativeTrace => {
  const { spans, ...head } = plain(parseExact(new TextDecoder().decode(payload))) as Record<string, Json>;
  const traceId = textOf(head.trace_id) ?? '';
  return { head, spans: listOf(spans).map((span) => spanOf(span, traceId)) };
};
