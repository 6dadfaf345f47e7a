export { eventLoopTurns } from './turns.js';
export { type BatchEncoder, type Batching, type BatchingOptions, createBatching, type Turns } from './batching.js';
