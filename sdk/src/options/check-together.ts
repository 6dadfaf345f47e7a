import { isReadableOnTheWay } from './loopback.js';
import type { OptionSource, SourcedProblem } from './layer.js';
import type { MergedLayers } from './merge-layers.js';
import type { OptionPath } from './settings.js';
import type { ResolvedExporter, ResolvedOptions } from './resolved-options.js';

const KEY_HEADERS = ['authorization', 'x-api-key'];

/** A key that would cross a network in the clear. */
const showsKey = (exporter: ResolvedExporter): boolean => {
  switch (exporter.type) {
    case 'noveum': {
      const hasKey = exporter.apiKey !== null || KEY_HEADERS.some((name) => Object.hasOwn(exporter.headers, name));
      return hasKey && isReadableOnTheWay(exporter.endpoint);
    }
    case 'elasticsearch':
      return (exporter.apiKey !== null || exporter.password !== null) && isReadableOnTheWay(exporter.url);
    case 'otlp':
      return KEY_HEADERS.some((name) => Object.hasOwn(exporter.headers, name)) && isReadableOnTheWay(exporter.url);
    default:
      return false;
  }
};

/** Rules between options. */
export const checkTogether = (options: ResolvedOptions, { given }: MergedLayers): readonly SourcedProblem[] => {
  const problems: SourcedProblem[] = [];
  const wrong = (path: OptionPath, rule: string, value: string): void => {
    const source: OptionSource = given.get(path)?.source ?? 'code';
    problems.push({ option: given.get(path)?.name ?? path, rule, value, source });
  };

  const { sampling, retry, encryption, dataResidency, spool } = options;
  if (sampling.rateLimit !== null && sampling.targetPerSecond !== null)
    wrong('sampling.targetPerSecond', 'must not stand beside sampling.rateLimit', String(sampling.targetPerSecond));
  if (retry.initialDelayMillis > retry.maxDelayMillis)
    wrong('retry.initialDelayMillis', 'must not be above retry.maxDelayMillis', String(retry.initialDelayMillis));
  // Typed as complete: this is where it is made sure of.
  if (spool !== null && (spool.directory as unknown) === null)
    wrong('spool.directory', 'must be given with the spool', 'nothing');
  if (encryption !== null)
    for (const key of ['attributes', 'keyId', 'key'] as const)
      if ((encryption[key] as unknown) === null) wrong(`encryption.${key}`, 'must be given with encryption', 'nothing');
  if (dataResidency !== null) {
    const { region, endpoints } = dataResidency;
    const ofRegion = endpoints[region];
    if ((region as unknown) === null) wrong('dataResidency.region', 'must be given with dataResidency', 'nothing');
    else if (ofRegion === undefined && Object.keys(endpoints).length > 0)
      wrong('dataResidency.region', 'must be one of dataResidency.endpoints', JSON.stringify(region));
    else if (ofRegion !== undefined && given.has('endpoint') && ofRegion !== options.endpoint)
      wrong('endpoint', 'must be the one of dataResidency.region, or not be given', 'another');
  }
  if (options.exporters.some(showsKey))
    wrong('endpoint', 'must be https where a key is sent, beyond this machine', 'plain http');
  return problems;
};
