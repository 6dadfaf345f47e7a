export { type ElasticsearchMetaStoreOptions, openElasticsearchMetaStore } from './elasticsearch-meta-store.js';
