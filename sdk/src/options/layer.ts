import type { ConfigurationProblem } from '../errors/index.js';
import { didYouMean } from './nearest.js';
import { isPlainObject, type PlainObject } from './plain-object.js';
import { isOptionPath, OPTION_PATHS, type OptionPath, OPTIONAL_SECTIONS, SECTIONS } from './settings.js';
import { shownValue } from './show-value.js';

export type OptionSource = 'code' | 'file' | 'environment';

/** A problem, and whose it is: wrong code throws, wrong environment and file turn tracing off. */
export interface SourcedProblem extends ConfigurationProblem {
  readonly source: OptionSource;
}

export interface Given {
  readonly value: unknown;
  /** In messages: the path, or the variable. */
  readonly name: string;
  readonly source: OptionSource;
  /** OpenTelemetry's variables: what is wrong is told and ignored, as its specification wants. */
  readonly isLenient?: true;
}

/** What one source says. */
export interface Layer {
  readonly values: ReadonlyMap<OptionPath, Given>;
  /** Optional sections that are given, be it without a single option. */
  readonly on: ReadonlySet<string>;
  /** Optional sections that are `false`. */
  readonly off: ReadonlySet<string>;
  readonly problems: readonly SourcedProblem[];
  readonly warnings: readonly string[];
}

export const layerOf = (values: ReadonlyMap<OptionPath, Given>, rest: Partial<Layer> = {}): Layer => ({
  values,
  on: new Set(),
  off: new Set(),
  problems: [],
  warnings: [],
  ...rest,
});

const TOP_LEVEL = [...new Set(OPTION_PATHS.map((path) => path.split('.')[0] ?? path))];
const namesIn = (section: string): readonly string[] =>
  section === ''
    ? TOP_LEVEL
    : OPTION_PATHS.filter((path) => path.startsWith(`${section}.`)).map((path) => path.slice(section.length + 1));

/** Reads an object of options as it stands in code or file. In a file an empty value (null) counts as none. */
export const layerOfObject = (options: unknown, source: 'code' | 'file', fileName = ''): Layer => {
  const values = new Map<OptionPath, Given>();
  const on = new Set<string>();
  const off = new Set<string>();
  const problems: SourcedProblem[] = [];
  const wrong = (option: string, rule: string, value: unknown, isSecret = false): void => {
    const where = source === 'file' ? ` in ${fileName}` : '';
    problems.push({ option, rule: `${rule}${where}`, value: shownValue(value, isSecret), source });
  };

  const readSection = (section: string, value: unknown): void => {
    if (section === 'redaction' && typeof value === 'boolean')
      values.set('redaction.enabled', { value, name: section, source });
    else if (value === false && OPTIONAL_SECTIONS.includes(section)) off.add(section);
    else if (isPlainObject(value)) {
      on.add(section);
      read(value, section);
    } else wrong(section, 'must be an object of options', value, true);
  };

  const read = (given: PlainObject, section: string): void => {
    for (const [key, value] of Object.entries(given)) {
      if (value === undefined || (value === null && source === 'file')) continue;
      const path = section === '' ? key : `${section}.${key}`;
      if (isOptionPath(path)) values.set(path, { value, name: path, source });
      else if (section === '' && SECTIONS.has(key)) readSection(key, value);
      else wrong(path, `is no option${didYouMean(key, namesIn(section))}`, value, true);
    }
  };

  if (isPlainObject(options)) read(options, '');
  else if (options !== undefined && (options !== null || source === 'code'))
    wrong(source === 'file' ? fileName : 'options', 'must be an object of options', options, true);
  return layerOf(values, { on, off, problems });
};
