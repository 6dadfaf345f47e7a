export type {
  Attributes,
  EntityRefDocument,
  EventDocument,
  Json,
  LinkDocument,
  ResourceDocument,
  ScoreDocument,
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
export { SDK_KEYS, sdkOfText, sdkTextOf } from './trace-sdk.js';
export { type Derive, type DerivedTrace, sentSpan } from './derive.js';
export { documentsOfRequest, type RequestDocumentOptions } from './documents-of-request.js';
export type { Fragment, FragmentKind } from './fragment.js';
export { groupBy } from './group-by.js';
export { traceKey } from './identity.js';
export { derivedAnew, type DocumentOptions, merge, summaryOf, toTraceDocument } from './merge.js';
export { eventsOfLogs, isLog, type LogEvent } from './otlp-logs.js';
export { otlpSpanId, otlpTraceId } from './otlp-ids.js';
export { isFailed, labelOf, METADATA_PREFIX, type RootOutcome, serviceOf, traceStatusOf } from './rules.js';
export { countedWeightOf, toldWeightOf, WEIGHT_KEY } from './sample-weight.js';
export { SPAN_TYPES } from './span-types.js';
export { durationMillis, isoOfNanos, nanosOfIso } from './time.js';
export { endNanosOf } from './trace-times.js';
export { readOtlpEvent, readOtlpText, readOtlpValue } from './otlp-values.js';
export { type NativeSpanJson, type NativeTraceJson, nativeTracesOf } from './to-native.js';
export { type OtlpJson, toOtlp } from './to-otlp.js';
