export { type AttributeValue, readAnyValue, readInt64, readKeyValue } from './any-value.js';
export type { AttributeHolder, AttributeView } from './attribute-holder.js';
export type { RecordLimits } from './limits.js';
export type { LogRecord } from './log-record.js';
export type { StringMap } from './map-strings.js';
export type { ResourceRecord, ResourceView, ScopeRecord, ScopeView } from './owner-record.js';
export { redactStage, type RedactStages } from './redact-stage.js';
export { type LogStage, rewriteLogs } from './rewrite-logs.js';
export {
  createRewrite,
  type RecordStage,
  type RecordStages,
  rewriteRequest,
  type Rewrite,
  type RewriteOptions,
  type RewrittenRequest,
} from './rewrite-request.js';
export { hexOf, readFixed32, readFixed64 } from './read-ids.js';
export { recordText } from './read-text.js';
export type { SpanRecord } from './span-record.js';
export type { Channel } from './text-edits.js';
export { otlpJsonOf } from './otlp-json.js';
export { type SpanFacts, spansOf } from './spans-of.js';
export { splitRequest } from './split-request.js';
export { type RequestPart, selectSpans, splitSpans } from './split-spans.js';
export { EVENT, LINK, OWNED, RESOURCE, RESOURCE_SPANS, SCOPE, SPAN, STATUS } from './tags.js';
export { eachField } from './workspace.js';
