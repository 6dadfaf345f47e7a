export { circuitBreaking, type CircuitOptions } from './circuit-breaking.js';
export { closingWithEmptyBatch } from './closing-with.js';
export { type Clock, systemClock } from './clock.js';
export type { ConsoleExporterOptions } from './console/index.js';
export { counted } from './counted.js';
export { deferred } from './deferred.js';
export type { ExportBatch, Exporter, ExportOutcome } from './exporter.js';
export { guarded } from './guarded.js';
export {
  countingBytes,
  createFetchTransport,
  createKeepAliveBudget,
  createPack,
  type Gzip,
  type Headers,
  type HeaderSource,
  type HttpAnswer,
  type HttpRequest,
  type HttpTransport,
  type Pack,
  type PackedBody,
  packFor,
  plainPack,
  streamGzip,
  tellingHeaders,
} from './http/index.js';
export { createNoveumExporter, type NoveumExporterOptions } from './noveum/index.js';
export { createOtlpExporter, type OtlpExporterOptions } from './otlp/index.js';
export { queued } from './queued.js';
export { retrying, type RetryOptions } from './retrying.js';
export { stock, type StockOptions } from './stock/index.js';
export { untraced } from './untraced.js';
