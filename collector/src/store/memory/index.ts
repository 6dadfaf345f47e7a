export { createMemoryTraceStore } from './memory-trace-store.js';
export { createMemoryTextIndex } from './memory-text-index.js';
