export { createCircuitBreaker } from './circuit-breaker.js';
export type { ErasureIndexState } from './erasure-index.js';
export type { WriteCounts } from './write-counts.js';
export {
  createElasticsearchWriter,
  type ElasticsearchWriter,
  type ElasticsearchWriterOptions,
} from './elasticsearch-writer.js';
export { createTraceIndices } from './trace-indices.js';
