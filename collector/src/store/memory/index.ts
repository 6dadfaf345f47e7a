export { createMemoryTraceStore } from './memory-trace-store.js';
