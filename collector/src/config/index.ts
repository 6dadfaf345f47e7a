export {
  type CollectorConfig,
  type ForwardEndpoint,
  type ForwardFilter,
  type LimitConfig,
  LOG_LEVELS,
  type LogLevel,
  type StoreName,
  type TlsConfig,
} from './collector-config.js';
export type { ElasticsearchConfig, ElasticsearchConnection } from './elasticsearch-config.js';
export { ConfigurationError } from './configuration-error.js';
export type { ReadFile } from './config-file.js';
export { type DataPaths, dataPathsOf } from './data-paths.js';
export type { Environment } from './environment.js';
export { type FlagShape, type ParsedFlags, parseFlags } from './parse-flags.js';
export { CONFIG_FLAGS, type ConfigOutcome, type ConfigSources, resolveConfig } from './resolve-config.js';
export type { RedactionRule } from './redaction-rule.js';
export { compilePatterns } from './resolve-redaction.js';
export { settingsHelp, showConfig } from './show-config.js';
