export { createKnownAttributes, type KnownAttributes, type KnownValue } from './known-attributes.js';
export {
  createTraceVisitor,
  type ResourceView,
  type ScopeView,
  type SpanView,
  type TraceSink,
  type TraceVisitor,
  type VisitOptions,
} from './visitor.js';
export { MalformedProtobuf } from './wire.js';
export { createTextReader, type TextReader } from './text-reader.js';
