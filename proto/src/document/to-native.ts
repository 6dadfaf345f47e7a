import { groupBy } from './group-by.js';
import { spansOfOtlp } from './otlp-spans.js';
import { senderProjectOf } from './rules.js';
import type { Attributes, EventDocument, SpanDocument } from './types.js';

/** A span as the native API takes it. */
export interface NativeSpanJson {
  readonly span_id: string;
  readonly attributes: Attributes;
  readonly [field: string]: unknown;
}

/** A trace, or a part of one, as the native API takes it. */
export interface NativeTraceJson {
  readonly trace_id: string;
  readonly name: string;
  readonly start_time: string;
  readonly project?: string;
  /** Says that `name` and `start_time` are there because they have to be: the document is made from the spans. */
  readonly noveum: { readonly as_sent: readonly never[] };
  readonly spans: readonly NativeSpanJson[];
}

/** The native API takes no empty name. */
const NO_NAME = '(no name)';

const nativeEvent = ({ time_unix_nano: _time, ...event }: EventDocument): object => event;

const nativeSpan = (span: SpanDocument): NativeSpanJson => {
  const {
    duration_ms: _,
    end_unix_nano: _end,
    noveum,
    start_unix_nano: _start,
    trace_id: _trace,
    type: _type,
    ...rest
  } = span;
  return {
    ...rest,
    name: span.name === '' ? NO_NAME : span.name,
    events: span.events.map(nativeEvent),
    ...(noveum?.types === undefined ? {} : { noveum: { types: noveum.types } }),
  };
};

/**
 * The traces of an ExportTraceServiceRequest, in the order of their first spans, as native traces from which the same
 * documents are made. Throws MalformedProtobuf.
 */
export const nativeTracesOf = (request: Uint8Array): NativeTraceJson[] => {
  const byPlace = groupBy(spansOfOtlp(request, Infinity), (span) => `${span.trace_id}${senderProjectOf(span) ?? ''}`);
  return [...byPlace.values()].map((spans) => {
    const first = spans.find((span) => span.parent_span_id === null) ?? spans[0];
    const project = senderProjectOf(first);
    return {
      trace_id: first.trace_id,
      name: first.name === '' ? NO_NAME : first.name,
      start_time: first.start_time,
      ...(project === null ? {} : { project }),
      noveum: { as_sent: [] },
      spans: spans.map(nativeSpan),
    };
  });
};
