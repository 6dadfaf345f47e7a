export type { CheckRedaction } from './check-redaction.js';
export type { Environment } from './environment.js';
export { type HotUpdate, hotUpdateOf, mergeHotUpdate } from './hot-update.js';
export type { OptionSource, SourcedProblem } from './layer.js';
export { isLoopback, isReadableOnTheWay } from './loopback.js';
export type {
  AttributeMap,
  AttributeScalar,
  BatchOptions,
  BuiltInExporterOptions,
  Compression,
  ConsoleExporterOptions,
  DataResidencyOptions,
  ElasticsearchExporterOptions,
  EncryptionOptions,
  ExporterName,
  ExporterOption,
  FileExporterOptions,
  Headers,
  KeepOptions,
  LimitOptions,
  LogLevel,
  NoveumExporterOptions,
  NoveumOptions,
  OtlpExporterOptions,
  OtlpProtocol,
  OwnExporter,
  Preset,
  PropagatorName,
  RedactionOptions,
  RetryOptions,
  SamplingOptions,
  SpoolOptions,
} from './noveum-options.js';
export { type Log, logAt, optionsAtStart, type OptionsHost } from './options-at-start.js';
export { readPortableSources, validatePortableConfig } from './portable-sources.js';
export {
  type OptionsFile,
  type OptionSources,
  type Resolution,
  resolveOptions,
  startableOptions,
  type StartableOptions,
} from './resolve-options.js';
export type {
  ResolvedElasticsearchExporter,
  ResolvedEncryption,
  ResolvedExporter,
  ResolvedFileExporter,
  ResolvedKeep,
  ResolvedLimits,
  ResolvedNoveumExporter,
  ResolvedOptions,
  ResolvedOtlpExporter,
  ResolvedRedaction,
  ResolvedSampling,
} from './resolved-options.js';
