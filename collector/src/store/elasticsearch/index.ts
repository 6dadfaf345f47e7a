export {
  type ClusterState,
  type HeldCountsReader,
  type OpenedElasticsearchWriter,
  openElasticsearchKeys,
  openElasticsearchReader,
  openElasticsearchWriter,
  openHeldCounts,
  type StoreCounts,
} from './open/index.js';
