export type { AttributeValue } from './any-value.js';
export type { AttributeHolder, AttributeView } from './attribute-holder.js';
export type { RecordLimits } from './limits.js';
export type { StringMap } from './map-strings.js';
export type { ResourceRecord, ResourceView, ScopeRecord, ScopeView } from './owner-record.js';
export {
  type RecordStage,
  type RecordStages,
  rewriteRequest,
  type RewriteOptions,
  type RewrittenRequest,
} from './rewrite-request.js';
export type { SpanRecord } from './span-record.js';
export type { Channel } from './text-edits.js';
export { otlpJsonOf } from './otlp-json.js';
export { readableSpansOf } from './readable-spans.js';
export { type SpanFacts, spansOf } from './spans-of.js';
export { splitRequest } from './split-request.js';
export { type RequestPart, selectSpans, splitSpans } from './split-spans.js';
