import { ConfigurationError } from './errors/index.js';
import { refusedExporters } from './exporters-of.js';
import {
  type LogLevel,
  type NoveumOptions,
  type ResolvedOptions,
  resolveOptions,
  startableOptions,
} from './options/index.js';
import { type NodeSources, readSources } from './options/node/index.js';

/** The levels that say more than warnings. */
const TELLS_INFO: readonly LogLevel[] = ['info', 'debug', 'verbose', 'all'];
const TELLS_WARNINGS: readonly LogLevel[] = ['warn', ...TELLS_INFO];

export type Log = (level: 'warn' | 'info', message: string) => void;

export const logAt =
  (logLevel: () => LogLevel): Log =>
  (level, message) => {
    if ((level === 'warn' ? TELLS_WARNINGS : TELLS_INFO).includes(logLevel()))
      process.stderr.write(`noveum-trace: ${message}\n`);
  };

export interface OptionsAtStart {
  readonly options: ResolvedOptions;
  readonly sources: NodeSources;
  /** Why tracing is off; null: it is on. */
  readonly offBecause: string | null;
}

/**
 * The options as they come out of code, file, environment and defaults. Throws `ConfigurationError` naming every wrong
 * option of the code; a wrong environment or file turns tracing off with one message in the log (with `strict`:
 * throws).
 */
export const optionsAtStart = (given: NoveumOptions | undefined): OptionsAtStart => {
  const sources = readSources(given);
  const resolution = resolveOptions(sources);
  const { options, disabledBecause } = startableOptions(resolution);
  const log = logAt(() => options.logLevel);
  for (const warning of resolution.warnings) log('warn', warning);
  const off = (because: string): OptionsAtStart => ({ options, sources, offBecause: because });
  if (disabledBecause !== null) {
    log('warn', disabledBecause);
    return off(disabledBecause);
  }
  if (options.disabled) return off('option disabled is true');
  const refused = refusedExporters(options.exporters, true);
  if (refused.length > 0) {
    const error = new ConfigurationError(refused);
    if (options.strict || given?.exporters !== undefined) throw error;
    log('warn', `tracing is off, because of wrong settings:\n${error.message}`);
    return off(error.message);
  }
  return { options, sources, offBecause: null };
};
