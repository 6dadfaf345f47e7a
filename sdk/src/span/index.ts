export { type TraceBatchOptions, traceBatch } from './batch.js';
export { traceExistingFunction, traceLlmCall } from './calls.js';
export { type CurrentTrace, getCurrentSpan, getCurrentTrace } from './current.js';
export type { Score, TracedSpan } from './handle.js';
export type { SpanOptions, StartSpanOptions, TracedType, TraceOptions } from './options.js';
export { span, startSpan, traceOperation } from './spans.js';
export {
  trace,
  traceAgent,
  type TraceDecorator,
  traceEmbedding,
  traceLlm,
  traceRetrieval,
  traceTool,
  type Tracing,
} from './tracing.js';
export { type AnyFunction, observe } from './wrap.js';
