export { createCircuitBreaker } from './circuit-breaker.js';
export {
  createElasticsearchWriter,
  type ElasticsearchWriter,
  type ElasticsearchWriterOptions,
} from './elasticsearch-writer.js';
export { createTraceIndices } from './trace-indices.js';
