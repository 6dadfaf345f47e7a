export type { TracePlace } from '../store/index.js';
export type { JsonText } from './json-text.js';
export type { ParameterProblem } from './parameters.js';
export { parseSpansQuery, type SpansQuery } from './parse-spans-query.js';
export { parseTraceQuery, type TraceQueryOutcome } from './parse-trace-query.js';
export { createTraceAnswers, type FittingText, type TraceAnswers, type TraceText } from './trace-answers.js';
export type { TraceForm } from './trace-text.js';
export type { AskedPlace, SpansText } from './span-answers.js';
