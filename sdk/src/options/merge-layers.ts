import type { Given, Layer, SourcedProblem } from './layer.js';
import { copied, isPlainObject } from './plain-object.js';
import { OPTION_PATHS, type OptionPath, OPTIONAL_SECTIONS, settingOf } from './settings.js';
import { shownValue } from './show-value.js';

const sectionOf = (path: OptionPath): string => (path.includes('.') ? path.slice(0, path.indexOf('.')) : '');

/** The sources that say something of `path`, the strongest first; a section that is `false` ends the search. */
const givenFor = (path: OptionPath, layers: readonly Layer[]): readonly Given[] => {
  const found: Given[] = [];
  for (const { values, off } of layers) {
    const given = values.get(path);
    if (given !== undefined) found.push(given);
    if (off.has(sectionOf(path))) break;
  }
  return found;
};

const isAllText = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');

export const problemOf = (path: OptionPath, given: Given, rule: string): SourcedProblem => {
  const mayHoldSecrets = settingOf(path).isSecret === true || (path === 'exporters' && !isAllText(given.value));
  return { option: given.name, rule, value: shownValue(given.value, mayHoldSecrets), source: given.source };
};

export interface MergedLayers {
  /** Every option has an entry; null or undefined where neither a source nor a default says anything. */
  readonly values: ReadonlyMap<OptionPath, unknown>;
  /** What the value came from; none for presets and defaults. */
  readonly given: ReadonlyMap<OptionPath, Given>;
  readonly problems: readonly SourcedProblem[];
  readonly warnings: readonly string[];
}

type Defaults = Readonly<Record<string, unknown>>;

/** Chooses each option's value: layers come with the strongest first. What breaks its rule becomes the default. */
export const mergeLayers = (layers: readonly Layer[], preset: Defaults): MergedLayers => {
  const values = new Map<OptionPath, unknown>();
  const given = new Map<OptionPath, Given>();
  const problems = layers.flatMap((layer) => layer.problems);
  const warnings = layers.flatMap((layer) => layer.warnings);
  for (const path of OPTION_PATHS) {
    const setting = settingOf(path);
    values.set(path, copied(preset[path] ?? setting.default));
    for (const one of givenFor(path, layers)) {
      const checked = setting.kind.check(one.value);
      if (checked.status === 'ok') {
        // The check has made new containers; exporters of the application are not ours to copy.
        values.set(path, path === 'exporters' ? checked.value : copied(checked.value));
        given.set(path, one);
        break;
      }
      if (one.isLenient !== true) {
        problems.push(problemOf(path, one, checked.rule));
        break;
      }
      warnings.push(`${one.name} is ignored: it ${checked.rule}`);
    }
  }
  values.set('resourceAttributes', mergedAttributes(layers));
  return { values, given, problems, warnings };
};

/** Attributes of all sources together. */
const mergedAttributes = (layers: readonly Layer[]): Readonly<Record<string, unknown>> => {
  const maps = layers.map((layer) => layer.values.get('resourceAttributes')?.value).filter(isPlainObject);
  const whole = maps.filter((one) => settingOf('resourceAttributes').kind.check(one).status === 'ok');
  return copied(Object.assign({}, ...whole.reverse())) as Readonly<Record<string, unknown>>;
};

/** Whether an optional section is there: the strongest source that says something of it decides. */
export const hasSection = (section: string, layers: readonly Layer[]): boolean => {
  if (!OPTIONAL_SECTIONS.includes(section)) return true;
  for (const { values, on, off } of layers) {
    if (off.has(section)) return false;
    if (on.has(section) || [...values.keys()].some((path) => sectionOf(path) === section)) return true;
  }
  return false;
};
