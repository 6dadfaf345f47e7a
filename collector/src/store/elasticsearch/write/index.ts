export type { ErasureIndexState } from './erasure-index.js';
export {
  createElasticsearchWriter,
  type ElasticsearchWriter,
  type ElasticsearchWriterOptions,
} from './elasticsearch-writer.js';
