export type { JsonEncodeLimits, JsonProblem, RefusedJsonItem } from './encoder.js';
export { encodeLogsJson, encodeTracesJson, type JsonEncodeOutcome } from './json-to-protobuf.js';
export { parseExact } from './parse-exact.js';
