export type { Attributes, EventDocument, Fragment, FragmentKind, Json, LinkDocument, ResourceDocument, ScopeDocument, SpanDocument, SpanKind, SpanStatus, SpanType, TraceDocument, TraceMetadata, TraceStatus, TraceSummary } from './document/index.js';
export {
  createKnownAttributes,
  createTextReader,
  createTraceVisitor,
  MalformedProtobuf,
  type KnownAttributes,
  type KnownValue,
  type ResourceView,
  type ScopeView,
  type SpanView,
  type TextReader,
  type TraceSink,
  type TraceVisitor,
  type VisitOptions,
} from './otlp/index.js';
