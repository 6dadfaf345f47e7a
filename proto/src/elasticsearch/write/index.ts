export type { ArrivedFacts, ArrivedFragment } from './arrived-fragment.js';
export { type BulkItem, type BulkOutcome, type BulkSender, createBulkSender } from './bulk.js';
export { createBulkSize } from './bulk-size.js';
export { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';
export { readErased } from './erased-heads.js';
export { fragmentsOfRequest, type RequestFragment } from './fragments-of-request.js';
export { type HeldTrace, readHeld, type Wanted } from './held-traces.js';
export { createHotTraces } from './hot-traces.js';
export { mergeJob, type MergeOptions } from './merge-job.js';
export { sendLongTrace } from './send-long-trace.js';
export { staleOf } from './stale-documents.js';
export { ElasticsearchFault, RefusedByElasticsearch } from './store-fault.js';
export { createTraceIndices, type TraceIndices } from './trace-indices.js';
export type { TraceJob } from './trace-job.js';
export {
  createTraceWriting,
  type JobCounts,
  type TraceWritingOptions,
  type WriteTraces,
  type WritingSink,
} from './trace-writing.js';
export { createWriteCounter, type WriteCounts } from './write-counts.js';
