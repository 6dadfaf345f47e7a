import type { KnownAttributes, KnownValue } from '../otlp/index.js';

import { readInt64 } from './any-value.js';
import { hexOf, readFixed32, readFixed64 } from './read-ids.js';
import { OWNED, RESOURCE_SPANS, SPAN, STATUS } from './tags.js';
import { eachField } from './workspace.js';

/** What is to be known of a span to decide about it. */
export interface SpanFacts {
  /** Order of appearance in the request, from 0. */
  readonly index: number;
  /** Orders of its resource and of its scope in the request, from 0. */
  readonly resourceIndex: number;
  readonly scopeIndex: number;
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  /** W3C trace flags in the lower eight bits: 1 is sampled. */
  readonly flags: number;
  /** No parent, or one in another process. */
  readonly isLocalRoot: boolean;
  /** Where the span's message is in the request. */
  readonly start: number;
  readonly end: number;
  /** Of its own attributes, by slot of the known keys. */
  readonly values: readonly KnownValue[];
}

const IS_REMOTE = 0x200;

type Mutable<Of> = { -readonly [Key in keyof Of]: Of[Key] };

const readStatusCode = (bytes: Uint8Array, from: number, to: number): number => {
  let code = 0;
  eachField(bytes, from, to, (tag, _start, content, end) => {
    if (tag === STATUS.code) code = readInt64(bytes, content, end);
  });
  return code;
};

const readSpan = (bytes: Uint8Array, place: SpanFacts, known: KnownAttributes | undefined): SpanFacts => {
  const facts: Mutable<SpanFacts> = place;
  const values: KnownValue[] = [];
  eachField(bytes, place.start, place.end, (tag, _start, content, end) => {
    if (tag === SPAN.traceId) facts.traceId = hexOf(bytes, content, end);
    else if (tag === SPAN.spanId) facts.spanId = hexOf(bytes, content, end);
    else if (tag === SPAN.parentSpanId) facts.parentSpanId = content === end ? undefined : hexOf(bytes, content, end);
    else if (tag === SPAN.start) facts.startUnixNano = readFixed64(bytes, content);
    else if (tag === SPAN.end) facts.endUnixNano = readFixed64(bytes, content);
    else if (tag === SPAN.status) facts.statusCode = readStatusCode(bytes, content, end);
    else if (tag === SPAN.flags) facts.flags = readFixed32(bytes, content);
    else if (tag === SPAN.attributes) known?.read({ bytes, at: content }, end, values);
  });
  facts.values = values;
  facts.isLocalRoot = facts.parentSpanId === undefined || (facts.flags & IS_REMOTE) !== 0;
  return facts;
};

/** The spans of an ExportTraceServiceRequest, in order. Throws MalformedProtobuf where the bytes are none. */
export const spansOf = (request: Uint8Array, known?: KnownAttributes): SpanFacts[] => {
  const spans: SpanFacts[] = [];
  let resourceIndex = -1;
  let scopeIndex = -1;

  const addSpan = (start: number, end: number): void => {
    const place: SpanFacts = {
      index: spans.length,
      resourceIndex,
      scopeIndex,
      traceId: '',
      spanId: '',
      parentSpanId: undefined,
      startUnixNano: 0n,
      endUnixNano: 0n,
      statusCode: 0,
      flags: 0,
      isLocalRoot: true,
      start,
      end,
      values: [],
    };
    spans.push(readSpan(request, place, known));
  };

  eachField(request, 0, request.length, (tag, _start, content, end) => {
    if (tag !== RESOURCE_SPANS) return;
    resourceIndex++;
    eachField(request, content, end, (inner, _innerStart, scopeSpans, scopeSpansEnd) => {
      if (inner !== OWNED.items) return;
      scopeIndex++;
      eachField(request, scopeSpans, scopeSpansEnd, (field, _fieldStart, span, spanEnd) => {
        if (field === OWNED.items) addSpan(span, spanEnd);
      });
    });
  });
  return spans;
};
