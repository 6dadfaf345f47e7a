export { type CountTokens, type Usage, useTokenizer } from './capture/index.js';
export {
  type Carrier,
  contextAttributes,
  type ContextFields,
  extract,
  type HeaderMap,
  inject,
  setContextFields,
  withContext,
  withRemoteParent,
  type WritableCarrier,
} from './context/index.js';
export type { Health, NoveumClient } from './client/index.js';
export { ConfigurationError, type ConfigurationProblem, NoveumError, type SdkErrorCode } from './errors/index.js';
export type { ExportBatch, Exporter, ExportOutcome } from './exporters/index.js';
export { getClient } from './start/index.js';
export { init } from './start/node/index.js';
export type { ByReason, ExporterCounts, LedgerSnapshot } from './ledger/index.js';
export type { NoveumOptions, ResolvedOptions } from './options/index.js';
export { validateConfig } from './options/node/index.js';
export { NoveumSpanExporter, NoveumSpanProcessor } from './pieces/node/index.js';
export { traced, tracedAgent, type TracedAgentOptions, type TracedOptions } from './proxy/index.js';
export {
  type CostOptions,
  CostSpanProcessor,
  GenAiSpanProcessor,
  RedactingSpanProcessor,
  type SpanRedactor,
} from './processors/index.js';
export {
  decryptAttribute,
  type Decrypted,
  type EncryptingOptions,
  EncryptingSpanProcessor,
} from './processors/encryption/index.js';
export type { Capture } from './runtime/index.js';
export { adaptiveSampler, parentBasedSampler, rateLimitedSampler, ratioSampler } from './sampler/index.js';
export {
  type AnyFunction,
  type CurrentTrace,
  getCurrentSpan,
  getCurrentTrace,
  observe,
  type Score,
  span,
  type SpanOptions,
  startSpan,
  type StartSpanOptions,
  trace,
  traceAgent,
  traceBatch,
  type TraceBatchOptions,
  type TraceDecorator,
  type TracedSpan,
  type TracedType,
  traceEmbedding,
  traceExistingFunction,
  traceLlm,
  traceLlmCall,
  traceOperation,
  type TraceOptions,
  traceRetrieval,
  traceTool,
  type Tracing,
} from './span/index.js';
export { endOpenStreams } from './stream/index.js';

export { SDK_VERSION } from './resource/index.js';
