export {
  createElasticsearchWriter,
  type ElasticsearchWriter,
  type ElasticsearchWriterOptions,
} from './elasticsearch-writer.js';
