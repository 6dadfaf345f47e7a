import { OTEL_VARIABLES } from '../otel-environment.js';
import { PRESET_VALUES } from '../presets.js';
import { OPTION_PATHS, type OptionPath, settingOf, variableOf } from '../settings.js';

const UNITS = [
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
] as const;

const shown = (path: OptionPath, value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (path === 'exporters') return '`["noveum"]`';
  if (path.endsWith('Bytes') && typeof value === 'number') {
    const [unit, size] = UNITS.find(([, bytes]) => value % bytes === 0) ?? ['', 1];
    return `\`${value / size}${unit}\``;
  }
  return `\`${value === Infinity ? 'Infinity' : typeof value === 'string' ? value : JSON.stringify(value)}\``;
};

/** Variables of OpenTelemetry that stand for more than one option. */
const FURTHER: Readonly<Partial<Record<OptionPath, readonly string[]>>> = {
  resourceAttributes: ['OTEL_RESOURCE_ATTRIBUTES'],
  'sampling.ratio': ['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'],
  'sampling.parentBased': ['OTEL_TRACES_SAMPLER'],
};

const variables = (path: OptionPath): string => {
  const own = settingOf(path).inEnvironment ? [variableOf(path)] : [];
  const theirs = OTEL_VARIABLES.filter((variable) => variable.path === path).map(({ name }) => name);
  return [...own, ...theirs, ...(FURTHER[path] ?? [])].map((name) => `\`${name}\``).join(', ');
};

/** The rows of docs/sdk-configuration.md, one for every option. */
export const optionsTable = (): string =>
  OPTION_PATHS.map((path) => {
    const { kind, help, isHot, default: byDefault } = settingOf(path);
    const cells = [
      `\`${path}\``,
      variables(path),
      shown(path, byDefault),
      `${help} (${kind.rule})`,
      isHot ? 'yes' : '',
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  }).join('\n');

/** What presets set. */
export const presetsTable = (): string =>
  Object.entries(PRESET_VALUES)
    .map(([name, values]) => {
      const set = Object.entries(values).map(([path, value]) => `\`${path}: ${JSON.stringify(value)}\``);
      return `| \`${name}\` | ${set.join(', ')} |`;
    })
    .join('\n');
