export { ConfigurationError, type ConfigurationProblem, NoveumError, type SdkErrorCode } from './errors/index.js';
export type {
  BatchOptions,
  DataResidencyOptions,
  EncryptionOptions,
  ExporterOption,
  KeepOptions,
  LimitOptions,
  LogLevel,
  NoveumOptions,
  Preset,
  RedactionOptions,
  RetryOptions,
  SamplingOptions,
  SpoolOptions,
} from './options/index.js';
export { validateConfig } from './options/node/index.js';
export type { Capture } from './runtime/index.js';
export type { ExportBatch, Exporter, ExportOutcome } from './exporters/index.js';

export const SDK_VERSION = '0.1.0';
