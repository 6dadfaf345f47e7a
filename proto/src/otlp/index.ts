export { COMPLEX_VALUE, createKnownAttributes, type KnownAttributes, type KnownValue } from './known-attributes.js';
export {
  createTraceVisitor,
  type ResourceView,
  type ScopeView,
  type SpanView,
  type TraceSink,
  type TraceVisitor,
  type VisitOptions,
} from './visitor.js';
export {
  MalformedProtobuf,
  readEnd,
  readFixed,
  readUint32,
  readVarint,
  readVarint64,
  skipField,
  type WireCursor,
} from './wire.js';
export { createTextReader, type TextReader } from './text-reader.js';
export {
  encodeLogsJson,
  encodeTracesJson,
  parseExact,
  type JsonEncodeLimits,
  type JsonEncodeOutcome,
  type JsonProblem,
  type RefusedJsonItem,
} from './json/index.js';
export { visitLogs, type LogRange, type LogResourceView, type LogScopeView, type LogView } from './log-visitor.js';
export { countItems } from './count-items.js';
export { createSpanSelector, type Selected, type SpanChoice } from './select-spans.js';
export { createSpanSplitter, type TraceSpans } from './split-spans.js';
export { createLogSelector, splitLogs, type TraceLogs } from './split-logs.js';
