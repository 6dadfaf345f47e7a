import { ConfigurationError, type ConfigurationProblem } from '../errors/index.js';
import type { LogLevel, NoveumOptions } from './noveum-options.js';
import { type OptionSources, resolveOptions, startableOptions } from './resolve-options.js';
import type { ResolvedOptions } from './resolved-options.js';

/** Where a runtime has options from, and a log. */
export interface OptionsHost<Sources extends OptionSources> {
  readonly readSources: (given: NoveumOptions | undefined) => Sources;
  /** One line of the SDK's log. */
  readonly write: (line: string) => void;
  /** Options that are right, but can't be had here. */
  readonly refused: (options: ResolvedOptions) => readonly ConfigurationProblem[];
}

/** The levels that say more than warnings. */
const TELLS_INFO: readonly LogLevel[] = ['info', 'debug', 'verbose', 'all'];
const TELLS_WARNINGS: readonly LogLevel[] = ['warn', ...TELLS_INFO];

export type Log = (level: 'warn' | 'info', message: string) => void;

export const logAt =
  (write: (line: string) => void, logLevel: () => LogLevel): Log =>
  (level, message) => {
    if ((level === 'warn' ? TELLS_WARNINGS : TELLS_INFO).includes(logLevel())) write(`noveum-trace: ${message}`);
  };

export interface OptionsAtStart<Sources> {
  readonly options: ResolvedOptions;
  readonly sources: Sources;
  /** Why tracing is off; null: it is on. */
  readonly offBecause: string | null;
}

const isOfCode = ({ option }: ConfigurationProblem, code: NoveumOptions | undefined): boolean => {
  const [section = ''] = option.split(/[.[]/);
  return (code as Readonly<Record<string, unknown>> | undefined)?.[section] !== undefined;
};

/**
 * The options as they come out of code, file, environment and defaults. Throws `ConfigurationError` naming every wrong
 * option of the code; a wrong environment or file turns tracing off with one message in the log (with `strict`:
 * throws).
 */
export const optionsAtStart = <Sources extends OptionSources>(
  given: NoveumOptions | undefined,
  { readSources, write, refused }: OptionsHost<Sources>,
): OptionsAtStart<Sources> => {
  const sources = readSources(given);
  const resolution = resolveOptions(sources);
  const { options, disabledBecause } = startableOptions(resolution);
  const log = logAt(write, () => options.logLevel);
  for (const warning of resolution.warnings) log('warn', warning);
  const off = (because: string): OptionsAtStart<Sources> => ({ options, sources, offBecause: because });
  if (disabledBecause !== null) {
    log('warn', disabledBecause);
    return off(disabledBecause);
  }
  if (options.disabled) return off('option disabled is true');
  const problems = refused(options);
  if (problems.length > 0) {
    const error = new ConfigurationError(problems);
    if (options.strict || problems.some((problem) => isOfCode(problem, given))) throw error;
    log('warn', `tracing is off, because of wrong settings:\n${error.message}`);
    return off(error.message);
  }
  return { options, sources, offBecause: null };
};
