export { nativeArrives, spansArrive } from './delivery.js';
export { DAY, MILLI, NOON, NOON_MILLIS, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
export { encodeSpans } from './otlp-payload.js';
export { CONTRACT_PRICES } from './prices.js';
export { query } from './queries.js';
export type { OpenStore, StoreFactory } from './stores.js';
export { textContract } from './text-contract.js';
export { traceStoreContract } from './trace-store-contract.js';
export {
  maintainAll,
  type OpenTextIndex,
  TEXT_DAY,
  textEntry,
  textIndexContract,
  textQuery,
} from './text-index-contract.js';
export { viewsContract } from './views-contract.js';
