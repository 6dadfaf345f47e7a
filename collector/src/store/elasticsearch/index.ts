export {
  type ClusterState,
  type OpenedElasticsearchWriter,
  openElasticsearchKeys,
  openElasticsearchReader,
  openElasticsearchWriter,
  type StoreCounts,
} from './open/index.js';
