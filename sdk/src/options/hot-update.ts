import { layerOfObject, type SourcedProblem } from './layer.js';
import { mergeLayers } from './merge-layers.js';
import type { CheckRedaction } from './check-redaction.js';
import { redactionProblems } from './resolve-options.js';
import type { NoveumOptions } from './noveum-options.js';
import type { ResolvedOptions } from './resolved-options.js';
import { OPTION_PATHS, type OptionPath, settingOf } from './settings.js';
import { frozen, isPlainObject, type PlainObject } from './plain-object.js';

export interface HotUpdate {
  /** `current` itself where nothing changes. */
  readonly options: ResolvedOptions;
  /** Options that differ and are taken at the next start only. */
  readonly restart: readonly string[];
}

const valueAt = (options: PlainObject, path: OptionPath): unknown => {
  const [section = '', key] = path.split('.');
  const value = options[section];
  if (key === undefined) return value;
  return isPlainObject(value) ? value[key] : undefined;
};

const isSame = (left: unknown, right: unknown): boolean => {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((one, index) => isSame(one, right[index]));
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key]))
  );
};

const withValue = (options: PlainObject, path: OptionPath, value: unknown): PlainObject => {
  const [section = '', key] = path.split('.');
  if (key === undefined) return { ...options, [section]: value };
  const others = Object.entries(options[section] as PlainObject).filter(([name]) => name !== key);
  return { ...options, [section]: Object.fromEntries(value === undefined ? others : [...others, [key, value]]) };
};

/** Options of a section that isn't there, such as of encryption, begin with the next start only. */
const isHotIn = (options: PlainObject, path: OptionPath): boolean => {
  const [section = '', key] = path.split('.');
  return settingOf(path).isHot === true && (key === undefined || isPlainObject(options[section]));
};

/**
 * Of what differs between `before` and `next` only what may change while the SDK runs: sampling, redaction, capture,
 * log level, encryption where there is some. `before` is what `next` was at its last reading, where that isn't what holds now.
 */
export const hotUpdateOf = (current: ResolvedOptions, next: ResolvedOptions, before = current): HotUpdate => {
  const earlier = before as unknown as PlainObject;
  const after = next as unknown as PlainObject;
  const changed = OPTION_PATHS.filter((path) => !isSame(valueAt(earlier, path), valueAt(after, path)));
  const held = current as unknown as PlainObject;
  let options = held;
  const taken = changed.filter((path) => isHotIn(held, path) && isHotIn(after, path));
  for (const path of taken) options = withValue(options, path, valueAt(after, path));
  if (options !== held) {
    for (const section of Object.values(options)) if (isPlainObject(section)) Object.freeze(section);
    Object.freeze(options);
  }
  return {
    options: options as unknown as ResolvedOptions,
    restart: changed.filter((path) => !taken.includes(path)),
  };
};

/**
 * What `configure(patch)` changes. All of it or nothing: with problems the current options stay. A new rate limit
 * takes the place of a target, and the other way round.
 */
export const mergeHotUpdate = (
  current: ResolvedOptions,
  patch: NoveumOptions,
  checkRedaction?: CheckRedaction,
): HotUpdate & { readonly problems: readonly SourcedProblem[] } => {
  const merged = mergeLayers([layerOfObject(patch, 'code')], {});
  const problems = [...merged.problems];
  const { given, values } = merged;
  if (given.has('sampling.rateLimit') && given.has('sampling.targetPerSecond'))
    problems.push({
      option: 'sampling.targetPerSecond',
      rule: 'must not stand beside sampling.rateLimit',
      value: String(values.get('sampling.targetPerSecond')),
      source: 'code',
    });
  if (problems.length > 0) return { options: current, restart: [], problems };
  let next = current as unknown as PlainObject;
  for (const path of given.keys()) if (isHotIn(next, path)) next = withValue(next, path, values.get(path));
  if (given.has('sampling.rateLimit')) next = withValue(next, 'sampling.targetPerSecond', null);
  if (given.has('sampling.targetPerSecond')) next = withValue(next, 'sampling.rateLimit', null);
  const isRedacting = [...given.keys()].some((path) => path.startsWith('redaction.'));
  if (isRedacting && !given.has('redaction.enabled')) next = withValue(next, 'redaction.enabled', true);
  const wrong = redactionProblems(next as unknown as ResolvedOptions, merged, checkRedaction);
  if (wrong.length > 0) return { options: current, restart: [], problems: wrong };
  const { options } = hotUpdateOf(current, frozen(next as unknown as ResolvedOptions, new Set(Object.values(current))));
  return { options, restart: [...given.keys()].filter((path) => !isHotIn(next, path)), problems };
};
