export type { Attributes, EventDocument, Json, LinkDocument, ResourceDocument, ScopeDocument, SpanDocument, SpanKind, SpanStatus, SpanType, TraceDocument, TraceMetadata, TraceStatus, TraceSummary } from './types.js';
export type { Fragment, FragmentKind } from './fragment.js';
