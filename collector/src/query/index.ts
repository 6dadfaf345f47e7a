export type { ParameterProblem } from './parameters.js';
export { parseTraceQuery, type TraceQueryOutcome } from './parse-trace-query.js';
