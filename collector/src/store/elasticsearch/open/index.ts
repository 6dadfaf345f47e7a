export type { ClusterState } from './installing.js';
export { type HeldCountsReader, openHeldCounts } from './open-held-counts.js';
export { openElasticsearchKeys } from './open-keys.js';
export { type OpenedElasticsearchWriter, openElasticsearchWriter, type StoreCounts } from './open-writer.js';
export { openElasticsearchReader } from './open-reader.js';
