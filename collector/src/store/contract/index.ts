export { nativeArrives, spansArrive } from './delivery.js';
export { DAY, MILLI, NOON, NOON_MILLIS, spanIdOf, spanModel, traceIdOf } from './models.js';
export { query } from './queries.js';
export type { OpenStore, StoreFactory } from './stores.js';
export { traceStoreContract } from './trace-store-contract.js';
