import {
  type Attributes,
  createTraceState,
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';

import {
  type AttributeValue,
  eachField,
  EVENT,
  hexOf,
  LINK,
  OWNED,
  readAnyValue,
  readFixed32,
  readFixed64,
  readInt64,
  readKeyValue,
  recordText,
  RESOURCE,
  RESOURCE_SPANS,
  SCOPE,
  SPAN,
  STATUS,
} from 'noveum-proto/records';

type Scope = ReadableSpan['instrumentationScope'];
type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

/** By their numbers in protobuf, where kinds begin with 1. */
const KINDS = [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER];
const STATUS_CODES = [SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR];

const NANOS_A_SECOND = 1_000_000_000n;
const TRACE_FLAGS = 0xff;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const hrTimeOf = (nanos: bigint): HrTime => [Number(nanos / NANOS_A_SECOND), Number(nanos % NANOS_A_SECOND)];

/** Of a span that ended before it began: nothing, as the stock SDK has it. */
const durationOf = (start: bigint, end: bigint): HrTime => hrTimeOf(end > start ? end - start : 0n);

const contextFlags = (flags: number): Pick<SpanContext, 'traceFlags' | 'isRemote'> => ({
  traceFlags: flags & TRACE_FLAGS,
  ...((flags & HAS_IS_REMOTE) === 0 ? {} : { isRemote: (flags & IS_REMOTE) !== 0 }),
});

/** What a message says: where the content of each field is, by tag; of a repeated one the last counts. */
interface Message {
  /** The value of a field; `absent` where there is none. */
  one<Value>(tag: number, absent: Value, read: (bytes: Uint8Array, from: number, to: number) => Value): Value;
  all<Value>(tag: number, read: (bytes: Uint8Array, from: number, to: number) => Value): Value[];
}

const messageOf = (bytes: Uint8Array, from: number, to: number): Message => {
  const places = new Map<number, [number, number][]>();
  eachField(bytes, from, to, (tag, _start, content, end) => {
    const known = places.get(tag);
    if (known === undefined) places.set(tag, [[content, end]]);
    else known.push([content, end]);
  });
  return {
    one(tag, absent, read) {
      const place = places.get(tag)?.at(-1);
      return place === undefined ? absent : read(bytes, ...place);
    },
    all: (tag, read) => places.get(tag)?.map((place) => read(bytes, ...place)) ?? [],
  };
};

/**
 * The spans of an ExportTraceServiceRequest as OpenTelemetry's SDK has them, for its exporters: all that a ReadableSpan
 * says is there again. What a request doesn't hold: of a parent more than its id and whether it was remote.
 * Throws MalformedProtobuf.
 */
export const readableSpansOf = (request: Uint8Array): ReadableSpan[] => {
  const reader = recordText;
  const text = (bytes: Uint8Array, from: number, to: number): string => reader.read(bytes, from, to);

  const attributesOf = (message: Message, tag: number): Attributes => {
    const pairs = message.all(tag, (bytes, from, to) => {
      let pair: [string, AttributeValue] = ['', null];
      readKeyValue(bytes, from, to, reader, (key, start, end) => {
        pair = [key, readAnyValue(bytes, start, end, reader)];
      });
      return pair;
    });
    return Object.fromEntries(pairs) as Attributes;
  };

  const contextOf = (message: Message, tags: { traceId: number; spanId: number; traceState: number }) => {
    const traceState = message.one(tags.traceState, '', text);
    return {
      traceId: message.one(tags.traceId, '', hexOf),
      spanId: message.one(tags.spanId, '', hexOf),
      ...(traceState === '' ? {} : { traceState: createTraceState(traceState) }),
    };
  };

  const eventOf = (message: Message): TimedEvent => ({
    time: hrTimeOf(message.one(EVENT.time, 0n, readFixed64)),
    name: message.one(EVENT.name, '', text),
    attributes: attributesOf(message, EVENT.attributes),
    droppedAttributesCount: message.one(EVENT.droppedAttributes, 0, readInt64),
  });

  const linkOf = (message: Message): Link => ({
    context: { ...contextOf(message, LINK), ...contextFlags(message.one(LINK.flags, 0, readFixed32)) },
    attributes: attributesOf(message, LINK.attributes),
    droppedAttributesCount: message.one(LINK.droppedAttributes, 0, readInt64),
  });

  const statusOf = (message: Message): ReadableSpan['status'] => {
    const description = message.one(STATUS.message, '', text);
    return {
      code: STATUS_CODES[message.one(STATUS.code, 0, readInt64)] ?? SpanStatusCode.UNSET,
      ...(description === '' ? {} : { message: description }),
    };
  };

  const spanOf = (message: Message, resource: Resource, instrumentationScope: Scope): ReadableSpan => {
    const { traceFlags, isRemote } = contextFlags(message.one(SPAN.flags, 0, readFixed32));
    const context: SpanContext = { ...contextOf(message, SPAN), traceFlags };
    const parentId = message.one(SPAN.parentSpanId, '', hexOf);
    const start = message.one(SPAN.start, 0n, readFixed64);
    const end = message.one(SPAN.end, 0n, readFixed64);
    const parent = {
      traceId: context.traceId,
      spanId: parentId,
      traceFlags,
      ...(isRemote === undefined ? {} : { isRemote }),
    };
    return {
      name: message.one(SPAN.name, '', text),
      kind: KINDS[message.one(SPAN.kind, 0, readInt64) - 1] ?? SpanKind.INTERNAL,
      spanContext: () => context,
      ...(parentId === '' ? {} : { parentSpanContext: parent }),
      startTime: hrTimeOf(start),
      endTime: hrTimeOf(end),
      duration: durationOf(start, end),
      ended: true,
      status: statusOf(message.one(SPAN.status, messageOf(request, 0, 0), messageOf)),
      attributes: attributesOf(message, SPAN.attributes),
      events: message.all(SPAN.events, (bytes, from, to) => eventOf(messageOf(bytes, from, to))),
      links: message.all(SPAN.links, (bytes, from, to) => linkOf(messageOf(bytes, from, to))),
      resource,
      instrumentationScope,
      droppedAttributesCount: message.one(SPAN.droppedAttributes, 0, readInt64),
      droppedEventsCount: message.one(SPAN.droppedEvents, 0, readInt64),
      droppedLinksCount: message.one(SPAN.droppedLinks, 0, readInt64),
    };
  };

  const schemaOf = (message: Message): { readonly schemaUrl?: string } => {
    const schemaUrl = message.one(OWNED.schemaUrl, '', text);
    return schemaUrl === '' ? {} : { schemaUrl };
  };

  const scopeOf = (owned: Message): Scope => {
    const own = owned.one(OWNED.owner, messageOf(request, 0, 0), messageOf);
    const scope: Mutable<Scope> & { attributes?: Attributes; droppedAttributesCount?: number } = {
      name: own.one(SCOPE.name, '', text),
      ...schemaOf(owned),
    };
    const version = own.one(SCOPE.version, '', text);
    const attributes = attributesOf(own, SCOPE.attributes);
    const dropped = own.one(SCOPE.droppedAttributes, 0, readInt64);
    if (version !== '') scope.version = version;
    if (Object.keys(attributes).length > 0) scope.attributes = attributes;
    if (dropped > 0) scope.droppedAttributesCount = dropped;
    return scope;
  };

  const resourceOf = (owned: Message): Resource => {
    const own = owned.one(OWNED.owner, messageOf(request, 0, 0), messageOf);
    return resourceFromAttributes(attributesOf(own, RESOURCE.attributes), schemaOf(owned));
  };

  return messageOf(request, 0, request.length)
    .all(RESOURCE_SPANS, messageOf)
    .flatMap((resourceSpans) => {
      const resource = resourceOf(resourceSpans);
      return resourceSpans.all(OWNED.items, messageOf).flatMap((scopeSpans) => {
        const scope = scopeOf(scopeSpans);
        return scopeSpans.all(OWNED.items, messageOf).map((span) => spanOf(span, resource, scope));
      });
    });
};
