export { isCutKeyword, keywordOf } from './keyword-of.js';
export { TRACE_MAPPING, TRACE_SETTINGS } from './mapping.js';
export { RECORD_LIMITS } from './record-limits.js';
export { headIdOf } from './trace-ids.js';
export {
  type Arrival,
  fragmentsOfRecord,
  type HeldRecord,
  partIdsOf,
  payloadBytesBy,
  RECORD_FIELDS,
  recordOf,
  type RecordOptions,
  summaryOfField,
  type StoredTrace,
  type TraceRecord,
} from './trace-record.js';
export { type SpanJson, spanJsonOf } from './span-json.js';
export { toldSpan } from './told-span.js';
export { otlpSpansJson } from './otlp-spans-json.js';
