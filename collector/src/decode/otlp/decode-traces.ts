import { createKnownAttributes, createTraceVisitor, type SpanView } from 'noveum-proto';

import type { DecodeLimits, DecodeOutcome, RefusedItem } from '../decoded.js';
import { refuse } from '../refusal.js';
import { countLongValues } from './long-values.js';
import { malformedRule } from './malformed.js';

const visit = createTraceVisitor(createKnownAttributes([]));
const CLOCK_SKEW_MILLIS = 10 * 60_000;
const NANOS_HIGH_MILLIS = 4294.967296;

const problemOf = (view: SpanView, limits: DecodeLimits): RefusedItem | null => {
  const field = `spans[${String(view.index)}]`;
  const { index } = view;
  if (view.traceIdOffset < 0)
    return { index, field: `${field}.trace_id`, issue: 'must be 16 bytes, not all zeros', kind: 'invalid_trace_id' };
  if (view.spanIdOffset < 0)
    return { index, field: `${field}.span_id`, issue: 'must be 8 bytes, not all zeros', kind: 'invalid_span_id' };
  if (view.nameEnd - view.nameOffset > limits.spanNameBytes) {
    const issue = `must be at most ${String(limits.spanNameBytes)} bytes long`;
    return { index, field: `${field}.name`, issue, kind: 'span_name_too_long' };
  }
  return null;
};

/** Checks an ExportTraceServiceRequest; the record's body is `bytes` itself. */
export const decodeTraces = (bytes: Uint8Array, limits: DecodeLimits, nowMillis: number): DecodeOutcome => {
  const refusedItems: RefusedItem[] = [];
  let spans = 0;
  let manyAttributes = 0;
  let clockSkew = 0;
  let longValues = 0;
  const latestHigh = (nowMillis + CLOCK_SKEW_MILLIS) / NANOS_HIGH_MILLIS;
  const rule = malformedRule(() => {
    const span = (view: SpanView): void => {
      spans++;
      const problem = problemOf(view, limits);
      if (problem !== null) {
        refusedItems.push(problem);
        return;
      }
      if (view.attributeCount > limits.attributesPerSpan) manyAttributes++;
      if (view.startHigh > latestHigh) clockSkew++;
      if (view.end - view.offset > limits.attributeValueBytes)
        longValues += countLongValues(bytes, view.offset, view.end, limits.attributeValueBytes);
    };
    visit(bytes, { span }, { check: true, nesting: limits.nesting });
  });
  if (rule !== null) return refuse('body', `must be an OTLP trace request: ${rule}`, 'malformed_protobuf');
  const accepted = spans - refusedItems.length;
  return {
    status: 'decoded',
    record: { format: 'otlp-traces', refused: refusedItems.map((item) => item.index), body: bytes },
    accepted,
    acceptedSpans: accepted,
    refusedItems,
    flagged: {
      ...(manyAttributes > 0 ? { too_many_attributes: manyAttributes } : {}),
      ...(clockSkew > 0 ? { clock_skew: clockSkew } : {}),
      ...(longValues > 0 ? { value_too_long: longValues } : {}),
    },
  };
};
