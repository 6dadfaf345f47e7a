import { ConfigurationError } from '../errors/index.js';
import { type CheckRedaction, redactorErrors } from './check-redaction.js';
import { checkTogether } from './check-together.js';
import { type Environment, layerOfEnvironment } from './environment.js';
import { type Layer, layerOf, layerOfObject, type SourcedProblem } from './layer.js';
import { hasSection, type MergedLayers, mergeLayers } from './merge-layers.js';
import { layerOfOtelEnvironment, OWN_ATTRIBUTES } from './otel-environment.js';
import { readOtlpEnvironment } from './otlp-environment.js';
import { frozen } from './plain-object.js';
import { PRESET_VALUES } from './presets.js';
import type { Preset } from './noveum-options.js';
import { type CheckedExporter, resolveExporters } from './resolve-exporters.js';
import type { ResolvedOptions } from './resolved-options.js';
import { OPTION_PATHS, type OptionPath, OPTIONAL_SECTIONS } from './settings.js';

/** What the options' file says, or what is wrong with it. */
export type OptionsFile =
  | { readonly name: string; readonly values: unknown }
  | { readonly name: string; readonly problem: { readonly rule: string; readonly value: string } };

export interface OptionSources {
  readonly code?: unknown;
  readonly file?: OptionsFile | undefined;
  readonly environment?: Environment;
  /** Default: the redactor's own. */
  readonly checkRedaction?: CheckRedaction;
}

export interface Resolution {
  /** Complete whatever the problems: what is wrong has its default. */
  readonly options: ResolvedOptions;
  readonly problems: readonly SourcedProblem[];
  /** OpenTelemetry's variables that are ignored, and why. */
  readonly warnings: readonly string[];
}

const layerOfFile = (file: OptionsFile | undefined): Layer => {
  if (file === undefined) return layerOf(new Map());
  if ('values' in file) return layerOfObject(file.values, 'file', file.name);
  return layerOf(new Map(), { problems: [{ option: file.name, ...file.problem, source: 'file' }] });
};

/** `service.name` and its like, where they stand among the attributes and the option itself isn't given. */
const withOwnAttributes = ({ values, given }: MergedLayers): Map<OptionPath, unknown> => {
  const result = new Map(values);
  const attributes = new Map(Object.entries(values.get('resourceAttributes') as Readonly<Record<string, unknown>>));
  for (const [attribute, path] of Object.entries(OWN_ATTRIBUTES)) {
    const value = attributes.get(attribute);
    attributes.delete(attribute);
    const isGiven = given.has(path) && given.get(path)?.isLenient !== true;
    if (typeof value === 'string' && value !== '' && !isGiven) result.set(path, value);
  }
  return result.set('resourceAttributes', Object.fromEntries(attributes));
};

const nested = (values: ReadonlyMap<OptionPath, unknown>): Record<string, unknown> => {
  const options: Record<string, unknown> = {};
  for (const path of OPTION_PATHS) {
    const value = values.get(path);
    if (value === undefined) continue;
    const [section = '', key] = path.split('.');
    if (key === undefined) options[section] = value;
    else options[section] = { ...(options[section] as Readonly<Record<string, unknown>> | undefined), [key]: value };
  }
  return options;
};

const endpointOf = (values: ReadonlyMap<OptionPath, unknown>, hasResidency: boolean, isGiven: boolean): unknown => {
  const endpoints = values.get('dataResidency.endpoints') as Readonly<Record<string, string>>;
  const region = values.get('dataResidency.region');
  const ofRegion = hasResidency && typeof region === 'string' ? endpoints[region] : undefined;
  return isGiven ? values.get('endpoint') : (ofRegion ?? values.get('endpoint'));
};

/** The redactor's word on its options, as problems. */
export const redactionProblems = (
  { redaction: { enabled, ...rest } }: ResolvedOptions,
  { given }: MergedLayers,
  check: CheckRedaction = redactorErrors,
): readonly SourcedProblem[] =>
  (enabled ? check(rest) : []).map((error) => {
    const [, option = 'redaction', rule = error, value = 'another'] =
      /^(\S+): (.*?)(?:, got (.*))?$/s.exec(error) ?? [];
    const path = OPTION_PATHS.find(
      (one) => option === one || option.startsWith(`${one}.`) || option.startsWith(`${one}[`),
    );
    return { option, rule, value, source: (path === undefined ? undefined : given.get(path)?.source) ?? 'code' };
  });

/** Puts the sources together: code beats file beats `NOVEUM_*` beats `OTEL_*` beats the preset. Changes none of them. */
export const resolveOptions = ({ code, file, environment = {}, checkRedaction }: OptionSources): Resolution => {
  const layers = [
    layerOfObject(code, 'code'),
    layerOfFile(file),
    layerOfEnvironment(environment),
    layerOfOtelEnvironment(environment),
  ];
  const preset = mergeLayers(layers, {}).values.get('preset') as Preset | null;
  const merged = mergeLayers(layers, preset === null ? {} : PRESET_VALUES[preset]);
  const { given } = merged;
  const values = withOwnAttributes(merged);
  values.set('endpoint', endpointOf(values, hasSection('dataResidency', layers), given.has('endpoint')));
  if (!given.has('redaction.enabled'))
    values.set(
      'redaction.enabled',
      [...given.keys()].some((path) => path.startsWith('redaction.')),
    );

  const otlp = readOtlpEnvironment(environment);
  // An application that has set up OpenTelemetry's exporter alone means that address.
  const isOtlpOnly =
    otlp.url !== undefined && !['endpoint', 'apiKey', 'exporters'].some((path) => given.has(path as OptionPath));
  const exporters = isOtlpOnly ? [{ type: 'otlp' }] : values.get('exporters');

  const problems = [...merged.problems];
  const options = nested(values);
  for (const section of OPTIONAL_SECTIONS) if (!hasSection(section, layers)) options[section] = null;
  const resolved = {
    ...(options as unknown as ResolvedOptions),
    exporters: resolveExporters(exporters as readonly CheckedExporter[], {
      common: options as unknown as ResolvedOptions,
      otlp,
      environment,
      wrong: (problem) => problems.push({ ...problem, source: given.get('exporters')?.source ?? 'code' }),
    }),
  };
  problems.push(...checkTogether(resolved, merged), ...redactionProblems(resolved, merged, checkRedaction));
  const shared = new Set(resolved.exporters.map((one) => ('exporter' in one ? one.exporter : one.type)));
  return {
    options: frozen<ResolvedOptions>(resolved, shared),
    problems,
    warnings: [...merged.warnings, ...otlp.warnings],
  };
};

export interface StartableOptions {
  readonly options: ResolvedOptions;
  /** Why tracing is off though nobody turned it off: said once, by the SDK's log. */
  readonly disabledBecause: string | null;
}

/**
 * What to start with: wrong code throws a {@link ConfigurationError} that names all problems; wrong environment or
 * file turns tracing off, or throws too where `strict` is set.
 */
export const startableOptions = ({ options, problems }: Resolution): StartableOptions => {
  if (problems.length === 0) return { options, disabledBecause: null };
  const error = new ConfigurationError(problems);
  if (options.strict || problems.some(({ source }) => source === 'code')) throw error;
  return {
    options: Object.freeze({ ...options, disabled: true }),
    disabledBecause: `Tracing is off, because of wrong settings:\n${error.message}`,
  };
};
