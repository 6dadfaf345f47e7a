import { sha256Hex } from './sha256.js';
import { stableText } from './stable-text.js';
import type { Attributes, EventDocument, Json, LinkDocument, SpanDocument, TraceDocument } from './types.js';
import { pointerOf, type ValueTypes } from './value-types.js';

/** OTLP/JSON (opentelemetry-proto 1.x, JSON mapping of the OTLP specification): ids in hex, 64-bit integers as strings. */
export interface OtlpJson {
  readonly resourceSpans: readonly Readonly<Record<string, unknown>>[];
}

const KIND = { UNSPECIFIED: 0, INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 } as const;
const STATUS = { unset: 0, ok: 1, error: 2, timeout: 2, cancelled: 0 } as const;
const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

const hexId = (id: string, digits: number): string => {
  const plain = id.replaceAll('-', '').toLowerCase();
  const isHex = /^[0-9a-f]+$/.test(plain);
  if (isHex && plain.length === digits) return plain;
  if (isHex && digits === TRACE_ID_DIGITS && plain.length === SPAN_ID_DIGITS) return plain.padStart(digits, '0');
  return sha256Hex(id).slice(0, digits);
};

/** A hex id as it is (16-digit trace ids padded on the left), any other as the first 16 bytes of its SHA-256. */
export const otlpTraceId = (id: string): string => hexId(id, TRACE_ID_DIGITS);
/** The same with 8 bytes. */
export const otlpSpanId = (id: string): string => hexId(id, SPAN_ID_DIGITS);

const anyValue = (value: Json, pointer: string, types: ValueTypes): Record<string, unknown> => {
  const noted = types[pointer];
  if (noted === 'int') return { intValue: value };
  if (noted === 'bytes') return { bytesValue: value };
  if (noted === 'double') return { doubleValue: value };
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value))
    return { arrayValue: { values: value.map((item: Json, at) => anyValue(item, pointerOf(pointer, at), types)) } };
  return { kvlistValue: { values: keyValues(value as Attributes, pointer, types) } };
};

const keyValues = (attributes: Attributes, pointer: string, types: ValueTypes): unknown[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value, pointerOf(pointer, key), types) }));

const counted = (name: string, count: number | undefined): Record<string, number> =>
  count === undefined ? {} : { [name]: count };

const isLog = (event: object): boolean => (event as { source?: unknown }).source === 'log';

const toEvent = (event: EventDocument, pointer: string, types: ValueTypes): Record<string, unknown> => ({
  timeUnixNano: event.time_unix_nano ?? '0',
  name: event.name,
  attributes: keyValues(event.attributes, `${pointer}/attributes`, types),
  ...counted('droppedAttributesCount', event.dropped_attributes_count),
});

const toLink = (link: LinkDocument, pointer: string, types: ValueTypes): Record<string, unknown> => ({
  traceId: otlpTraceId(link.trace_id),
  spanId: otlpSpanId(link.span_id),
  ...(link.trace_state === undefined ? {} : { traceState: link.trace_state }),
  attributes: keyValues(link.attributes, `${pointer}/attributes`, types),
  ...counted('droppedAttributesCount', link.dropped_attributes_count),
  ...counted('flags', link.flags),
});

const originals = (span: SpanDocument): Attributes => {
  const traceId = otlpTraceId(span.trace_id);
  const spanId = otlpSpanId(span.span_id);
  return {
    ...(traceId === span.trace_id ? {} : { 'noveum.trace_id': span.trace_id }),
    ...(spanId === span.span_id ? {} : { 'noveum.span_id': span.span_id }),
  };
};

const typesOf = (span: SpanDocument): ValueTypes => (span.noveum?.types ?? {}) as unknown as ValueTypes;

const toSpan = (span: SpanDocument): Record<string, unknown> => {
  const types = typesOf(span);
  return {
    traceId: otlpTraceId(span.trace_id),
    spanId: otlpSpanId(span.span_id),
    ...(span.trace_state === undefined ? {} : { traceState: span.trace_state }),
    ...(span.parent_span_id === null ? {} : { parentSpanId: otlpSpanId(span.parent_span_id) }),
    name: span.name,
    kind: KIND[span.kind],
    startTimeUnixNano: span.start_unix_nano,
    endTimeUnixNano: span.end_unix_nano ?? '0',
    attributes: keyValues({ ...span.attributes, ...originals(span) }, '/attributes', types),
    ...counted('droppedAttributesCount', span.dropped_attributes_count),
    events: span.events
      .filter((event) => !isLog(event))
      .map((event, at) => toEvent(event, pointerOf('/events', at), types)),
    ...counted('droppedEventsCount', span.dropped_events_count),
    links: span.links.map((link, at) => toLink(link, pointerOf('/links', at), types)),
    ...counted('droppedLinksCount', span.dropped_links_count),
    status: { code: STATUS[span.status], ...(span.status_message === null ? {} : { message: span.status_message }) },
    ...counted('flags', span.flags),
  };
};

const toScopeSpans = (spans: readonly SpanDocument[]): Record<string, unknown> => {
  const [first] = spans;
  const { schema_url: schemaUrl, attributes, dropped_attributes_count: dropped, ...scope } = first?.scope ?? {};
  const types = first === undefined ? {} : typesOf(first);
  return {
    scope: {
      ...scope,
      ...(attributes === undefined ? {} : { attributes: keyValues(attributes, '/scope/attributes', types) }),
      ...counted('droppedAttributesCount', dropped),
    },
    spans: spans.map(toSpan),
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
  };
};

const toResourceSpans = (spans: readonly SpanDocument[]): Record<string, unknown> => {
  const [first] = spans;
  const resource = first?.resource;
  const types = first === undefined ? {} : typesOf(first);
  return {
    resource: {
      attributes: keyValues(resource?.attributes ?? {}, '/resource/attributes', types),
      ...counted('droppedAttributesCount', resource?.dropped_attributes_count),
    },
    scopeSpans: [...Map.groupBy(spans, (span) => stableText(span.scope ?? {})).values()].map(toScopeSpans),
    ...(resource?.schema_url === undefined ? {} : { schemaUrl: resource.schema_url }),
  };
};

/** Gives a trace back as OTLP: what came by OTLP is equal in meaning to what was sent. Events that came as logs stay out. */
export const toOtlp = (document: TraceDocument): OtlpJson => ({
  resourceSpans: [...Map.groupBy(document.spans, (span) => stableText(span.resource ?? {})).values()].map(toResourceSpans),
});
