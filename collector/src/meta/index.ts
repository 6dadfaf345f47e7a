export { type EmbeddedMetaStore, openEmbeddedMetaStore } from './embedded-meta-store.js';
export { createMemoryMetaStore } from './memory-meta-store.js';
export type { ApiKey, KeyEnvironment, MetaStore, Role } from './meta-store.js';
export { senderKey, type SenderRow, senderRowKey } from './sender-row.js';
