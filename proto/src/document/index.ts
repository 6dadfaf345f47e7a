export type {
  Attributes,
  EntityRefDocument,
  EventDocument,
  Json,
  LinkDocument,
  ResourceDocument,
  ScopeDocument,
  SpanDocument,
  SpanKind,
  SpanStatus,
  SpanType,
  TraceDocument,
  TraceMetadata,
  TraceStatus,
  TraceSummary,
} from './types.js';
export type { Fragment, FragmentKind } from './fragment.js';
export { traceKey } from './identity.js';
export { type DocumentLimits, merge, summaryOf, toTraceDocument } from './merge.js';
export { otlpSpanId, otlpTraceId } from './otlp-ids.js';
export { type RootOutcome, traceStatusOf } from './rules.js';
export { isoOfNanos, nanosOfIso } from './time.js';
export { type OtlpJson, toOtlp } from './to-otlp.js';
