import type { Attributes } from '@opentelemetry/api';
import { NAMES } from './names.js';
import { fieldOf, isObject, numberOf, textOf } from './read.js';

const NUMBERS: readonly (readonly [attribute: string, ...names: readonly string[]])[] = [
  [NAMES.requestTemperature, 'temperature'],
  [NAMES.requestTopP, 'top_p', 'topP'],
  [NAMES.requestTopK, 'top_k', 'topK'],
  [NAMES.requestMaxTokens, 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'maxOutputTokens', 'maxTokens'],
  [NAMES.requestFrequencyPenalty, 'frequency_penalty', 'frequencyPenalty'],
  [NAMES.requestPresencePenalty, 'presence_penalty', 'presencePenalty'],
  [NAMES.requestSeed, 'seed'],
];

const stopsOf = (request: unknown): readonly string[] | undefined => {
  const sent = fieldOf(request, 'stop') ?? fieldOf(request, 'stop_sequences') ?? fieldOf(request, 'stopSequences');
  const list = Array.isArray(sent) ? sent : [sent];
  const stops = list.filter((stop): stop is string => typeof stop === 'string');
  return stops.length === 0 ? undefined : stops;
};

/** The model that a request names; Vercel's is an object with a `modelId`. */
export const requestedModelOf = (request: unknown): string | undefined => {
  const model = fieldOf(request, 'model');
  return typeof model === 'string' && model !== '' ? model : textOf(model, 'modelId');
};

/** A request's parameters, of any provider: no content. */
export const requestAttributes = (request: unknown): Attributes => {
  const attributes: Attributes = {};
  if (!isObject(request) || Array.isArray(request)) return attributes;
  const config = fieldOf(request, 'config') ?? fieldOf(request, 'generationConfig');
  for (const [attribute, ...names] of NUMBERS)
    for (const name of names) {
      const value = numberOf(request, name) ?? numberOf(config, name);
      if (value !== undefined) attributes[attribute] = value;
    }
  const stops = stopsOf(request) ?? stopsOf(config);
  if (stops !== undefined) attributes[NAMES.requestStopSequences] = [...stops];
  if (fieldOf(request, 'stream') === true) attributes[NAMES.requestStream] = true;
  const model = requestedModelOf(request);
  if (model !== undefined) attributes[NAMES.requestModel] = model;
  return attributes;
};
