export { type ElasticsearchReader, type ElasticsearchReaderOptions, openElasticsearchReader } from './open-reader.js';
