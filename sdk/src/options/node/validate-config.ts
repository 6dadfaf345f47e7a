import type { ConfigurationProblem } from '../../errors/index.js';
import type { NoveumOptions } from '../noveum-options.js';
import { type OptionSources, resolveOptions } from '../resolve-options.js';
import { type FoundFile, readOptionsFile } from './options-file.js';

export interface NodeSources extends OptionSources {
  readonly found: FoundFile | undefined;
  /** The working directory, in which the file was looked for. */
  readonly directory: string;
}

/** What `init(options)` goes by: the options, the file of the working directory, and the process's environment. */
export const readSources = (options: NoveumOptions | undefined): NodeSources => {
  const environment = process.env;
  const directory = process.cwd();
  const found = readOptionsFile(directory, environment);
  return { code: options, file: found?.file, environment, found, directory };
};

/** Everything that `init(options)` would find wrong; empty: nothing. Starts nothing and never throws. */
export const validateConfig = (options?: NoveumOptions): readonly ConfigurationProblem[] =>
  resolveOptions(readSources(options)).problems.map(({ option, rule, value }) => ({ option, rule, value }));
