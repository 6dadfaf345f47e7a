export { matches } from './matches.js';
export { createMemoryTraceStore } from './memory-trace-store.js';
export { comparePlaces, placeOf, type Place, type Sort } from './order.js';
