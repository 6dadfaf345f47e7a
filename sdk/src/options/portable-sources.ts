import type { ConfigurationProblem } from '../errors/index.js';
import type { Environment } from './environment.js';
import type { NoveumOptions } from './noveum-options.js';
import { type OptionSources, resolveOptions } from './resolve-options.js';

interface Globals {
  readonly process?: { readonly env?: Environment };
}

/** What `init(options)` goes by where there are no files: the options, and the environment where the runtime has one. */
export const readPortableSources = (
  options: NoveumOptions | undefined,
  globals: object = globalThis,
): OptionSources => ({
  code: options,
  environment: (globals as Globals).process?.env ?? {},
});

/** Everything that `init(options)` would find wrong; empty: nothing. Starts nothing and never throws. */
export const validatePortableConfig = (options?: NoveumOptions): readonly ConfigurationProblem[] =>
  resolveOptions(readPortableSources(options)).problems.map(({ option, rule, value }) => ({ option, rule, value }));
