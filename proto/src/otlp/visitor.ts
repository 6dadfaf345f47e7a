import type { KnownAttributes, KnownValue } from './known-attributes.js';
import { checkEvent, checkKeyValue, checkLink } from './structure.js';
import { MalformedProtobuf, readEnd, readFixed, readUint32, readVarint, skipField, type WireCursor } from './wire.js';

/**
 * One pass over the bytes of an ExportTraceServiceRequest or TracesData (opentelemetry-proto 1.x):
 * the few fields that an index needs are read, all else stays bytes.
 *
 * Views are reused: read what you need inside the callback. Offsets are into the visited bytes; -1: absent.
 */
export interface TraceSink {
  /** Before the spans of a ResourceSpans. */
  resource?(view: ResourceView): void;
  /** Before the spans of a ScopeSpans. */
  scope?(view: ScopeView): void;
  span(view: SpanView): void;
}

export interface ResourceView {
  /** Content of the Resource message; both 0 where there is none. */
  offset: number;
  end: number;
  schemaUrlOffset: number;
  schemaUrlEnd: number;
  readonly values: KnownValue[];
}

export interface ScopeView {
  offset: number;
  end: number;
  schemaUrlOffset: number;
  schemaUrlEnd: number;
}

export interface SpanView {
  /** Order of appearance in the request, from 0, refused spans counted. */
  index: number;
  /** Content of the Span message. */
  offset: number;
  end: number;
  /** -1 where the id is missing, of a wrong length or all zeros: such a span is to be refused. */
  traceIdOffset: number;
  spanIdOffset: number;
  /** -1: a root. */
  parentIdOffset: number;
  /** -1: none came with it. */
  traceStateOffset: number;
  traceStateEnd: number;
  nameOffset: number;
  nameEnd: number;
  kind: number;
  /** Unix nanoseconds as two unsigned 32-bit halves; 0 and 0: not sent. */
  startHigh: number;
  startLow: number;
  endHigh: number;
  endLow: number;
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  statusMessageOffset: number;
  statusMessageEnd: number;
  attributeCount: number;
  eventCount: number;
  /** Of the span's own attributes, by slot. */
  readonly values: KnownValue[];
  /** The first `knownCount` are the slots that have a value; one that came twice stands here twice. */
  readonly knownSlots: number[];
  knownCount: number;
}

export interface VisitOptions {
  /**
   * True where the bytes come from outside: attributes, events and links are checked too, to `nesting`
   * levels. False for bytes that passed once.
   */
  readonly check: boolean;
  /** Default 64. */
  readonly nesting: number;
}

/** Throws MalformedProtobuf at the first broken field; spans before it have been given to the sink. */
export type TraceVisitor = (bytes: Uint8Array, sink: TraceSink, options: VisitOptions) => void;

const isZero = (bytes: Uint8Array, at: number, length: number): boolean => {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== 0) return false;
  return true;
};

const newSpanView = (slots: number): SpanView => ({
  index: -1,
  offset: 0,
  end: 0,
  traceIdOffset: -1,
  spanIdOffset: -1,
  parentIdOffset: -1,
  traceStateOffset: -1,
  traceStateEnd: -1,
  nameOffset: 0,
  nameEnd: 0,
  kind: 0,
  startHigh: 0,
  startLow: 0,
  endHigh: 0,
  endLow: 0,
  statusCode: 0,
  statusMessageOffset: -1,
  statusMessageEnd: -1,
  attributeCount: 0,
  eventCount: 0,
  values: new Array<KnownValue>(slots).fill(undefined),
  knownSlots: [],
  knownCount: 0,
});

const forget = (view: SpanView): void => {
  view.traceIdOffset = view.spanIdOffset = view.parentIdOffset = -1;
  view.nameOffset = view.nameEnd = view.kind = 0;
  view.startHigh = view.startLow = view.endHigh = view.endLow = 0;
  view.statusCode = view.attributeCount = view.eventCount = 0;
  view.statusMessageOffset = view.statusMessageEnd = -1;
  view.traceStateOffset = view.traceStateEnd = -1;
  const { knownSlots, values } = view;
  for (let at = 0; at < view.knownCount; at++) values[knownSlots[at] as number] = undefined;
  view.knownCount = 0;
};

/** The visitor is not reentrant: its views are its own. */
export const createTraceVisitor = (known: KnownAttributes): TraceVisitor => {
  const cursor: WireCursor = { bytes: new Uint8Array(0), at: 0 };
  const span = newSpanView(known.slots);
  const resource: ResourceView = {
    offset: 0,
    end: 0,
    schemaUrlOffset: -1,
    schemaUrlEnd: -1,
    values: new Array<KnownValue>(known.slots).fill(undefined),
  };
  const scope: ScopeView = { offset: 0, end: 0, schemaUrlOffset: -1, schemaUrlEnd: -1 };
  let options: VisitOptions = { check: true, nesting: 64 };

  /** Returns the slot of a known attribute, else -1. */
  const readAttribute = (end: number, values: KnownValue[]): number => {
    const attributeEnd = readEnd(cursor, end);
    const start = cursor.at;
    if (options.check) checkKeyValue(cursor, attributeEnd, options.nesting);
    if (known.slots === 0) {
      cursor.at = attributeEnd;
      return -1;
    }
    cursor.at = start;
    return known.read(cursor, attributeEnd, values);
  };

  const readSpanAttribute = (end: number): void => {
    span.attributeCount++;
    const slot = readAttribute(end, span.values);
    if (slot >= 0) span.knownSlots[span.knownCount++] = slot;
  };

  const readId = (end: number, length: number): number => {
    const idEnd = readEnd(cursor, end);
    const place = cursor.at;
    cursor.at = idEnd;
    return idEnd - place === length && !isZero(cursor.bytes, place, length) ? place : -1;
  };

  const readStatus = (end: number): void => {
    const statusEnd = readEnd(cursor, end);
    while (cursor.at < statusEnd) {
      const tag = readVarint(cursor, statusEnd);
      if (tag === 24) span.statusCode = readVarint(cursor, statusEnd);
      else if (tag === 18) {
        span.statusMessageEnd = readEnd(cursor, statusEnd);
        span.statusMessageOffset = cursor.at;
        cursor.at = span.statusMessageEnd;
      } else skipField(cursor, tag & 7, statusEnd);
    }
  };

  const readChecked = (check: (cursor: WireCursor, end: number, nesting: number) => void, end: number): void => {
    const partEnd = readEnd(cursor, end);
    if (options.check) check(cursor, partEnd, options.nesting);
    cursor.at = partEnd;
  };

  const readSpanField = (tag: number, end: number): void => {
    switch (tag) {
      case 10:
        span.traceIdOffset = readId(end, 16);
        break;
      case 18:
        span.spanIdOffset = readId(end, 8);
        break;
      case 26: {
        span.traceStateEnd = readEnd(cursor, end);
        span.traceStateOffset = cursor.at;
        cursor.at = span.traceStateEnd;
        break;
      }
      case 34:
        span.parentIdOffset = readId(end, 8);
        break;
      case 42:
        span.nameEnd = readEnd(cursor, end);
        span.nameOffset = cursor.at;
        cursor.at = span.nameEnd;
        break;
      case 48:
        span.kind = readVarint(cursor, end);
        break;
      case 57: {
        const place = readFixed(cursor, 8, end);
        span.startLow = readUint32(cursor.bytes, place);
        span.startHigh = readUint32(cursor.bytes, place + 4);
        break;
      }
      case 65: {
        const place = readFixed(cursor, 8, end);
        span.endLow = readUint32(cursor.bytes, place);
        span.endHigh = readUint32(cursor.bytes, place + 4);
        break;
      }
      case 74:
        readSpanAttribute(end);
        break;
      case 90:
        span.eventCount++;
        readChecked(checkEvent, end);
        break;
      case 106:
        readChecked(checkLink, end);
        break;
      case 122:
        readStatus(end);
        break;
      default:
        if (tag < 8) throw new MalformedProtobuf('a field has the number 0');
        skipField(cursor, tag & 7, end);
    }
  };

  const readSpan = (end: number, sink: TraceSink): void => {
    span.end = readEnd(cursor, end);
    span.offset = cursor.at;
    span.index++;
    forget(span);
    while (cursor.at < span.end) readSpanField(readVarint(cursor, span.end), span.end);
    sink.span(span);
  };

  const readResource = (end: number): void => {
    resource.end = readEnd(cursor, end);
    resource.offset = cursor.at;
    while (cursor.at < resource.end) {
      const tag = readVarint(cursor, resource.end);
      if (tag === 10) readAttribute(resource.end, resource.values);
      else skipField(cursor, tag & 7, resource.end);
    }
  };

  const readScope = (end: number): void => {
    scope.end = readEnd(cursor, end);
    scope.offset = cursor.at;
    while (cursor.at < scope.end) {
      const tag = readVarint(cursor, scope.end);
      if (tag === 26) readChecked(checkKeyValue, scope.end);
      else skipField(cursor, tag & 7, scope.end);
    }
  };

  const readSchemaUrl = (view: ResourceView | ScopeView, end: number): void => {
    view.schemaUrlEnd = readEnd(cursor, end);
    view.schemaUrlOffset = cursor.at;
    cursor.at = view.schemaUrlEnd;
  };

  const visitScopeSpans = (end: number, sink: TraceSink): void => {
    const scopeSpansEnd = readEnd(cursor, end);
    const start = cursor.at;
    scope.offset = scope.end = 0;
    scope.schemaUrlOffset = scope.schemaUrlEnd = -1;
    let spans = 0;
    while (cursor.at < scopeSpansEnd) {
      const tag = readVarint(cursor, scopeSpansEnd);
      if (tag === 10) readScope(scopeSpansEnd);
      else if (tag === 26) readSchemaUrl(scope, scopeSpansEnd);
      else {
        if (tag === 18) spans++;
        skipField(cursor, tag & 7, scopeSpansEnd);
      }
    }
    if (spans === 0) return;
    sink.scope?.(scope);
    cursor.at = start;
    while (cursor.at < scopeSpansEnd) {
      const tag = readVarint(cursor, scopeSpansEnd);
      if (tag === 18) readSpan(scopeSpansEnd, sink);
      else skipField(cursor, tag & 7, scopeSpansEnd);
    }
  };

  const visitResourceSpans = (end: number, sink: TraceSink): void => {
    const resourceSpansEnd = readEnd(cursor, end);
    const start = cursor.at;
    resource.offset = resource.end = 0;
    resource.schemaUrlOffset = resource.schemaUrlEnd = -1;
    resource.values.fill(undefined);
    while (cursor.at < resourceSpansEnd) {
      const tag = readVarint(cursor, resourceSpansEnd);
      if (tag === 10) readResource(resourceSpansEnd);
      else if (tag === 26) readSchemaUrl(resource, resourceSpansEnd);
      else skipField(cursor, tag & 7, resourceSpansEnd);
    }
    sink.resource?.(resource);
    cursor.at = start;
    while (cursor.at < resourceSpansEnd) {
      const tag = readVarint(cursor, resourceSpansEnd);
      if (tag === 18) visitScopeSpans(resourceSpansEnd, sink);
      else skipField(cursor, tag & 7, resourceSpansEnd);
    }
  };

  return (bytes, sink, visitOptions) => {
    cursor.bytes = bytes;
    cursor.at = 0;
    options = visitOptions;
    span.index = -1;
    while (cursor.at < bytes.length) {
      const tag = readVarint(cursor, bytes.length);
      if (tag === 10) visitResourceSpans(bytes.length, sink);
      else if (tag < 8) throw new MalformedProtobuf('a field has the number 0');
      else skipField(cursor, tag & 7, bytes.length);
    }
    cursor.bytes = new Uint8Array(0);
  };
};
