export type { OpenStore, StoreFactory } from './stores.js';
export { traceStoreContract } from './trace-store-contract.js';
