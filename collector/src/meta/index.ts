export type { ApiKey, KeyEnvironment, MetaStore, Role } from './meta-store.js';
