import type { Environment } from './environment.js';
import { attributes } from './kinds-of-maps.js';
import { type Given, type Layer, layerOf } from './layer.js';
import { EXPORTER_NAMES, PROPAGATORS } from './noveum-options.js';
import { type OptionPath, settingOf } from './settings.js';

const isTrue = (text: string): boolean | undefined => ({ true: true, false: false })[text.toLowerCase()];

/** What the conventions call the capture of content; events of their own are not made here. */
const toCapture = (text: string): boolean | undefined =>
  ({
    true: true,
    span_only: true,
    span_and_event: true,
    false: false,
    none: false,
    no_content: false,
    event_only: false,
  })[text.toLowerCase()];

/** Undefined: the variable's value is none that is known. */
type Read = (text: string) => unknown;
interface Variable {
  readonly name: string;
  readonly path: OptionPath;
  readonly read?: Read;
}

const listWithin =
  (known: readonly string[]): Read =>
  (text) => {
    const names = text.split(',').map((one) => one.trim().toLowerCase());
    return names.every((one) => known.includes(one)) ? names : undefined;
  };

const toExporters: Read = (text) => {
  const names = listWithin([...EXPORTER_NAMES, 'none'])(text) as string[] | undefined;
  return names?.filter((one) => one !== 'none');
};

/** The first that is set counts. */
export const OTEL_VARIABLES: readonly Variable[] = [
  { name: 'OTEL_SDK_DISABLED', path: 'disabled', read: isTrue },
  { name: 'OTEL_SERVICE_NAME', path: 'serviceName' },
  { name: 'OTEL_TRACES_EXPORTER', path: 'exporters', read: toExporters },
  { name: 'OTEL_BSP_SCHEDULE_DELAY', path: 'batch.scheduledDelayMillis' },
  { name: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', path: 'batch.maxSpans' },
  { name: 'OTEL_BSP_EXPORT_TIMEOUT', path: 'timeoutMillis' },
  { name: 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', path: 'limits.attributeValueLengthLimit' },
  { name: 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', path: 'limits.attributeValueLengthLimit' },
  { name: 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', path: 'limits.attributeCountLimit' },
  { name: 'OTEL_ATTRIBUTE_COUNT_LIMIT', path: 'limits.attributeCountLimit' },
  { name: 'OTEL_SPAN_EVENT_COUNT_LIMIT', path: 'limits.eventCountLimit' },
  { name: 'OTEL_SPAN_LINK_COUNT_LIMIT', path: 'limits.linkCountLimit' },
  { name: 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', path: 'limits.attributePerEventCountLimit' },
  { name: 'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT', path: 'limits.attributePerEventCountLimit' },
  { name: 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', path: 'limits.attributePerLinkCountLimit' },
  { name: 'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT', path: 'limits.attributePerLinkCountLimit' },
  { name: 'OTEL_PROPAGATORS', path: 'propagators', read: listWithin(PROPAGATORS) },
  { name: 'OTEL_LOG_LEVEL', path: 'logLevel' },
  { name: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', path: 'captureContent', read: toCapture },
];

const SAMPLERS: Readonly<Record<string, { readonly parentBased: boolean; readonly ratio: number | 'argument' }>> = {
  always_on: { parentBased: false, ratio: 1 },
  always_off: { parentBased: false, ratio: 0 },
  traceidratio: { parentBased: false, ratio: 'argument' },
  parentbased_always_on: { parentBased: true, ratio: 1 },
  parentbased_always_off: { parentBased: true, ratio: 0 },
  parentbased_traceidratio: { parentBased: true, ratio: 'argument' },
};

/** Attributes of the resource that have an option of their own. */
export const OWN_ATTRIBUTES: Readonly<Record<string, OptionPath>> = {
  'noveum.project': 'project',
  'service.name': 'serviceName',
  'service.version': 'serviceVersion',
  'deployment.environment': 'environment',
  'deployment.environment.name': 'environment',
};

/** OpenTelemetry's variables, but for those of its exporter. What is wrong is a warning. */
export const layerOfOtelEnvironment = (environment: Environment): Layer => {
  const values = new Map<OptionPath, Given>();
  const warnings: string[] = [];
  const textOf = (name: string): string => environment[name]?.trim() ?? '';
  const set = (path: OptionPath, name: string, value: unknown): void => {
    values.set(path, { value, name, source: 'environment', isLenient: true });
  };

  const resource = textOf('OTEL_RESOURCE_ATTRIBUTES');
  if (resource !== '') {
    const checked = attributes.check(attributes.parse(resource));
    if (checked.status === 'broken') warnings.push('OTEL_RESOURCE_ATTRIBUTES is ignored: it is no list of key=value');
    else {
      const rest = new Map(Object.entries(checked.value as Record<string, string>));
      for (const [attribute, path] of Object.entries(OWN_ATTRIBUTES)) {
        const value = rest.get(attribute) ?? '';
        if (value !== '') set(path, 'OTEL_RESOURCE_ATTRIBUTES', value);
        rest.delete(attribute);
      }
      set('resourceAttributes', 'OTEL_RESOURCE_ATTRIBUTES', Object.fromEntries(rest));
    }
  }

  const samplerName = textOf('OTEL_TRACES_SAMPLER').toLowerCase();
  const sampler = SAMPLERS[samplerName];
  if (sampler !== undefined) {
    set('sampling.parentBased', 'OTEL_TRACES_SAMPLER', sampler.parentBased);
    if (sampler.ratio !== 'argument') set('sampling.ratio', 'OTEL_TRACES_SAMPLER', sampler.ratio);
    else if (textOf('OTEL_TRACES_SAMPLER_ARG') !== '')
      set(
        'sampling.ratio',
        'OTEL_TRACES_SAMPLER_ARG',
        settingOf('sampling.ratio').kind.parse(textOf('OTEL_TRACES_SAMPLER_ARG')),
      );
  } else if (samplerName !== '') warnings.push('OTEL_TRACES_SAMPLER is ignored: it is none of the samplers known here');

  const seen = new Set<OptionPath>();
  for (const { name, path, read } of OTEL_VARIABLES) {
    const text = textOf(name);
    if (text === '' || seen.has(path)) continue;
    seen.add(path);
    const value = (read ?? settingOf(path).kind.parse)(text);
    if (value === undefined) warnings.push(`${name} is ignored: its value is none that is known here`);
    else set(path, name, value);
  }
  if (textOf('OTEL_BSP_MAX_QUEUE_SIZE') !== '')
    warnings.push('OTEL_BSP_MAX_QUEUE_SIZE is ignored: the queue is bounded by bytes, see batch.maxQueueBytes');

  const nodeEnvironment = textOf('NODE_ENV');
  if (!values.has('environment') && nodeEnvironment !== '') set('environment', 'NODE_ENV', nodeEnvironment);
  return layerOf(values, { warnings });
};
