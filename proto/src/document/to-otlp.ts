import { sentSpan } from './derive.js';
import { groupBy } from './group-by.js';
import { recordOf } from './narrow.js';
import { isLog } from './otlp-logs.js';
import { otlpSpanId, otlpTraceId } from './otlp-ids.js';
import { stableText } from './stable-text.js';
import { headOfDocument } from './trace-head.js';
import type {
  Attributes,
  EventDocument,
  Json,
  LinkDocument,
  ResourceDocument,
  SpanDocument,
  TraceDocument,
} from './types.js';
import { pointerOf, type ValueTypes } from './value-types.js';

/** OTLP/JSON (opentelemetry-proto 1.x, JSON mapping of the OTLP specification): ids in hex, 64-bit integers as strings. */
export interface OtlpJson {
  readonly resourceSpans: readonly Readonly<Record<string, unknown>>[];
}

const KIND = { UNSPECIFIED: 0, INTERNAL: 1, SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 } as const;
const STATUS = { unset: 0, ok: 1, error: 2, timeout: 2, cancelled: 0 } as const;
const anyValue = (value: Json, pointer: string, types: ValueTypes): Record<string, unknown> => {
  const noted = types[pointer];
  if (noted === 'int') return { intValue: value };
  if (noted === 'bytes') return { bytesValue: value };
  if (noted === 'double') return { doubleValue: value };
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value))
    return { arrayValue: { values: value.map((item: Json, at) => anyValue(item, pointerOf(pointer, at), types)) } };
  return { kvlistValue: { values: keyValues(value as Attributes, pointer, types) } };
};

const keyValues = (attributes: Attributes, pointer: string, types: ValueTypes): unknown[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value, pointerOf(pointer, key), types) }));

const counted = (name: string, count: number | undefined): Record<string, number> =>
  count === undefined ? {} : { [name]: count };

const toEvent = (event: EventDocument, pointer: string, types: ValueTypes): Record<string, unknown> => ({
  timeUnixNano: event.time_unix_nano ?? '0',
  name: event.name,
  attributes: keyValues(event.attributes, `${pointer}/attributes`, types),
  ...counted('droppedAttributesCount', event.dropped_attributes_count),
});

const toLink = (link: LinkDocument, pointer: string, types: ValueTypes): Record<string, unknown> => ({
  ...(link.trace_id === '' ? {} : { traceId: otlpTraceId(link.trace_id) }),
  ...(link.span_id === '' ? {} : { spanId: otlpSpanId(link.span_id) }),
  ...(link.trace_state === undefined ? {} : { traceState: link.trace_state }),
  attributes: keyValues(link.attributes, `${pointer}/attributes`, types),
  ...counted('droppedAttributesCount', link.dropped_attributes_count),
  ...counted('flags', link.flags),
});

/** Beside the span's own attributes: what OTLP has no field for, ids that it can't hold among them. */
const besides = (span: SpanDocument, trace: Attributes | undefined): Attributes => ({
  ...(otlpTraceId(span.trace_id) === span.trace_id ? {} : { 'noveum.trace_id': span.trace_id }),
  ...(otlpSpanId(span.span_id) === span.span_id ? {} : { 'noveum.span_id': span.span_id }),
  ...(span.noveum?.sent === undefined ? {} : { 'noveum.sent': span.noveum.sent }),
  ...(trace === undefined ? {} : { 'noveum.trace': trace }),
});

const typesOf = (span: SpanDocument): ValueTypes => recordOf(span.noveum?.types) as ValueTypes;

/** A native failure as OTLP tells it, unless one of the events does so already. */
const exceptionEvent = ({
  end_unix_nano: end,
  events,
  exception,
  start_unix_nano: start,
}: SpanDocument): EventDocument[] => {
  if (exception === undefined || events.some((event) => event.name === 'exception')) return [];
  const { type, message, stack_trace: stackTrace, ...others } = exception;
  const attributes = {
    ...(type === undefined ? {} : { 'exception.type': type }),
    ...(message === undefined ? {} : { 'exception.message': message }),
    ...(stackTrace === undefined ? {} : { 'exception.stacktrace': stackTrace }),
    ...others,
  };
  return [{ name: 'exception', timestamp: null, time_unix_nano: end ?? start, attributes }];
};

/** What all spans of a document share. */
interface Whole {
  /** Of the document: all spans name one trace, however each wrote its id. */
  readonly traceId: string;
  readonly nativeResource: Attributes;
  /** The trace-level fields that came, by the span that carries them: the root, else the first. */
  readonly fields: ReadonlyMap<SpanDocument, Attributes>;
}

const toSpan = (span: SpanDocument, whole: Whole): Record<string, unknown> => {
  const types = typesOf(span);
  const events = [...span.events.filter((event) => !isLog(event)), ...exceptionEvent(span)];
  return {
    traceId: whole.traceId,
    spanId: otlpSpanId(span.span_id),
    ...(span.trace_state === undefined ? {} : { traceState: span.trace_state }),
    ...(span.parent_span_id === null ? {} : { parentSpanId: otlpSpanId(span.parent_span_id) }),
    name: span.name,
    kind: KIND[span.kind],
    startTimeUnixNano: span.start_unix_nano,
    endTimeUnixNano: span.end_unix_nano ?? '0',
    attributes: keyValues({ ...span.attributes, ...besides(span, whole.fields.get(span)) }, '/attributes', types),
    ...counted('droppedAttributesCount', span.dropped_attributes_count),
    events: events.map((event, at) => toEvent(event, pointerOf('/events', at), types)),
    ...counted('droppedEventsCount', span.dropped_events_count),
    links: span.links.map((link, at) => toLink(link, pointerOf('/links', at), types)),
    ...counted('droppedLinksCount', span.dropped_links_count),
    status: { code: STATUS[span.status], ...(span.status_message === null ? {} : { message: span.status_message }) },
    ...counted('flags', span.flags),
  };
};

/** Equal as JSON and in the types that JSON can't tell apart. */
const groupKey = (owned: unknown, types: ValueTypes, pointer: string): string =>
  stableText([
    owned ?? null,
    Object.entries(types)
      .filter(([noted]) => noted.startsWith(`${pointer}/`))
      .sort(),
  ]);

const toScopeSpans = (spans: readonly [SpanDocument, ...SpanDocument[]], whole: Whole): Record<string, unknown> => {
  const [first] = spans;
  const { schema_url: schemaUrl, attributes, dropped_attributes_count: dropped, ...scope } = first.scope ?? {};
  return {
    scope: {
      ...scope,
      ...(attributes === undefined ? {} : { attributes: keyValues(attributes, '/scope/attributes', typesOf(first)) }),
      ...counted('droppedAttributesCount', dropped),
    },
    spans: spans.map((span) => toSpan(span, whole)),
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
  };
};

const entityRefs = ({ entity_refs: refs }: Partial<ResourceDocument>): object =>
  refs === undefined
    ? {}
    : {
        entityRefs: refs.map(({ schema_url: schemaUrl, type, id_keys: idKeys, description_keys: descriptionKeys }) => ({
          ...(schemaUrl === undefined ? {} : { schemaUrl }),
          type,
          idKeys,
          descriptionKeys,
        })),
      };

const toResourceSpans = (spans: readonly [SpanDocument, ...SpanDocument[]], whole: Whole): Record<string, unknown> => {
  const [first] = spans;
  const resource = first.resource ?? { attributes: whole.nativeResource };
  const byScope = groupBy(spans, (span) => groupKey(span.scope, typesOf(span), '/scope'));
  return {
    resource: {
      attributes: keyValues(resource.attributes, '/resource/attributes', typesOf(first)),
      ...counted('droppedAttributesCount', resource.dropped_attributes_count),
      ...entityRefs(resource),
    },
    scopeSpans: [...byScope.values()].map((group) => toScopeSpans(group, whole)),
    ...(resource.schema_url === undefined ? {} : { schemaUrl: resource.schema_url }),
  };
};

const wholeOf = (document: TraceDocument): Whole => {
  const { trace_id: _traceId, ...fields } = headOfDocument(document)?.fields ?? {};
  const carrier = document.spans.find((span) => span.parent_span_id === null) ?? document.spans[0];
  const isCarried = carrier !== undefined && Object.keys(fields).length > 0;
  return {
    traceId: otlpTraceId(document.trace_id),
    nativeResource: recordOf(document.otel?.resource),
    fields: new Map(isCarried ? [[carrier, fields]] : []),
  };
};

/**
 * Gives a trace back as OTLP: what came by OTLP is equal in meaning to what was sent, but for repeated keys and values
 * that were cut. What native traces say beyond OTLP is in the attributes `noveum.trace_id`, `noveum.span_id`,
 * `noveum.sent` and `noveum.trace`. Events that came as logs and
 * what was derived stay out.
 */
export const toOtlp = (derived: TraceDocument): OtlpJson => {
  const document = { ...derived, spans: derived.spans.map(sentSpan) };
  const whole = wholeOf(document);
  const byResource = groupBy(document.spans, (span) => groupKey(span.resource, typesOf(span), '/resource'));
  return { resourceSpans: [...byResource.values()].map((spans) => toResourceSpans(spans, whole)) };
};
