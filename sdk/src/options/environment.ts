import { type Given, type Layer, layerOf, type SourcedProblem } from './layer.js';
import { nearest } from './nearest.js';
import { OPTION_PATHS, type OptionPath, settingOf, variableOf } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Names where the options' file is. */
export const CONFIG_FILE_VARIABLE = 'NOVEUM_CONFIG_FILE';

const SETTABLE = OPTION_PATHS.filter((path) => settingOf(path).inEnvironment);
const KNOWN = [...SETTABLE.map(variableOf), CONFIG_FILE_VARIABLE];
/** The collector's, and what Kubernetes sets for a service named noveum. */
const STRANGERS = /^NOVEUM_(?:COLLECTOR_.*|SERVICE_HOST|SERVICE_PORT.*|PORT(?:_.*)?)$/;

const misspelt = (environment: Environment): SourcedProblem[] =>
  Object.keys(environment)
    .filter((name) => name.startsWith('NOVEUM_') && !KNOWN.includes(name) && !STRANGERS.test(name))
    .flatMap((name) => {
      const meant = nearest(
        name.slice(7),
        KNOWN.map((known) => known.slice(7)),
      );
      if (meant === undefined) return [];
      const rule = `is no variable of this SDK (did you mean NOVEUM_${meant}?)`;
      return [{ option: name, rule, value: '[secret]', source: 'environment' as const }];
    });

/** An empty variable counts as none. Other people's `NOVEUM_*` are left alone, misspelt ones are told. */
export const layerOfEnvironment = (environment: Environment): Layer => {
  const values = new Map<OptionPath, Given>();
  for (const path of SETTABLE) {
    const name = variableOf(path);
    const text = environment[name]?.trim() ?? '';
    if (text !== '') values.set(path, { value: settingOf(path).kind.parse(text), name, source: 'environment' });
  }
  return layerOf(values, { problems: misspelt(environment) });
};
