export { ConfigurationError, type ConfigurationProblem, NoveumError, type SdkErrorCode } from './errors/index.js';
export type { Capture } from './runtime/index.js';
export type { ExportBatch, Exporter, ExportOutcome } from './exporters/index.js';

export const SDK_VERSION = '0.1.0';
