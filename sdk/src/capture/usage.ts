import type { Attributes } from '@opentelemetry/api';
import { NAMES, OWN_NAMES } from './names.js';
import { fieldOf, isObject, numberOf } from './read.js';

/** Of one call. Totals are inclusive: cached tokens are within the input, reasoning is within the output. */
export interface Usage {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly totalTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  /** Where the provider says it; else it is computed from the tokens. */
  readonly costUsd?: number | undefined;
  /** Counted here, not by the provider. */
  readonly isEstimated?: boolean | undefined;
}

const sum = (...counts: readonly (number | undefined)[]): number | undefined => {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
};

/** Chat Completions, and all who speak it. */
const ofChatCompletions = (usage: unknown): Usage => ({
  inputTokens: numberOf(usage, 'prompt_tokens'),
  outputTokens: numberOf(usage, 'completion_tokens'),
  totalTokens: numberOf(usage, 'total_tokens'),
  cacheReadTokens: numberOf(fieldOf(usage, 'prompt_tokens_details'), 'cached_tokens'),
  reasoningTokens: numberOf(fieldOf(usage, 'completion_tokens_details'), 'reasoning_tokens'),
  costUsd: numberOf(usage, 'cost'),
});

/** Anthropic counts cached tokens beside the input. */
const ofAnthropic = (usage: unknown): Usage => {
  const cacheReadTokens = numberOf(usage, 'cache_read_input_tokens');
  const cacheWriteTokens = numberOf(usage, 'cache_creation_input_tokens');
  const uncached = numberOf(usage, 'input_tokens');
  return {
    inputTokens: uncached === undefined ? undefined : sum(uncached, cacheReadTokens, cacheWriteTokens),
    outputTokens: numberOf(usage, 'output_tokens'),
    cacheReadTokens,
    cacheWriteTokens,
  };
};

const ofResponsesApi = (usage: unknown): Usage => ({
  inputTokens: numberOf(usage, 'input_tokens'),
  outputTokens: numberOf(usage, 'output_tokens'),
  totalTokens: numberOf(usage, 'total_tokens'),
  cacheReadTokens: numberOf(fieldOf(usage, 'input_tokens_details'), 'cached_tokens'),
  reasoningTokens: numberOf(fieldOf(usage, 'output_tokens_details'), 'reasoning_tokens'),
});

/** Gemini counts thoughts beside the answer, and prompts of tools beside the prompt. */
const ofGemini = (usage: unknown): Usage => {
  const reasoningTokens = numberOf(usage, 'thoughtsTokenCount');
  return {
    inputTokens: sum(numberOf(usage, 'promptTokenCount'), numberOf(usage, 'toolUsePromptTokenCount')),
    outputTokens: sum(numberOf(usage, 'candidatesTokenCount'), reasoningTokens),
    totalTokens: numberOf(usage, 'totalTokenCount'),
    cacheReadTokens: numberOf(usage, 'cachedContentTokenCount'),
    reasoningTokens,
  };
};

/** Vercel's AI SDK 4 to 7, and Bedrock's Converse. */
const ofCamelCase = (usage: unknown): Usage => {
  const inputDetails = fieldOf(usage, 'inputTokenDetails');
  return {
    inputTokens: numberOf(usage, 'inputTokens') ?? numberOf(usage, 'promptTokens') ?? numberOf(usage, 'tokens'),
    outputTokens: numberOf(usage, 'outputTokens') ?? numberOf(usage, 'completionTokens'),
    totalTokens: numberOf(usage, 'totalTokens'),
    cacheReadTokens: numberOf(inputDetails, 'cacheReadTokens') ?? numberOf(usage, 'cachedInputTokens'),
    cacheWriteTokens: numberOf(inputDetails, 'cacheWriteTokens'),
    reasoningTokens:
      numberOf(fieldOf(usage, 'outputTokenDetails'), 'reasoningTokens') ?? numberOf(usage, 'reasoningTokens'),
  };
};

const readerOf = (usage: object): ((usage: unknown) => Usage) | undefined => {
  if ('prompt_tokens' in usage || 'completion_tokens' in usage) return ofChatCompletions;
  if ('promptTokenCount' in usage || 'candidatesTokenCount' in usage || 'totalTokenCount' in usage) return ofGemini;
  if ('input_tokens_details' in usage || 'total_tokens' in usage) return ofResponsesApi;
  if ('input_tokens' in usage || 'output_tokens' in usage) return ofAnthropic;
  if ('inputTokens' in usage || 'promptTokens' in usage || 'outputTokens' in usage || 'tokens' in usage)
    return ofCamelCase;
  return undefined;
};

/** A provider's own record of what a call used, whatever its names; undefined: it is none. */
export const readUsage = (usage: unknown): Usage | undefined => {
  if (!isObject(usage)) return undefined;
  try {
    return readerOf(usage)?.(usage);
  } catch {
    return undefined;
  }
};

/** What is told later stands beside what was told before, and before it where both tell. */
export const mergeUsage = (before: Usage | undefined, later: Usage): Usage => {
  const merged: Record<string, number | boolean> = {};
  for (const usage of [before ?? {}, later])
    for (const [name, count] of Object.entries(usage) as [string, number | boolean | undefined][])
      if (count !== undefined) merged[name] = count;
  return merged;
};

const ATTRIBUTES = [
  ['inputTokens', NAMES.inputTokens],
  ['outputTokens', NAMES.outputTokens],
  ['totalTokens', OWN_NAMES.totalTokens],
  ['cacheReadTokens', NAMES.cacheReadTokens],
  ['cacheWriteTokens', NAMES.cacheWriteTokens],
  ['reasoningTokens', OWN_NAMES.reasoningTokens],
  ['costUsd', OWN_NAMES.cost],
  ['isEstimated', OWN_NAMES.usageEstimated],
] as const satisfies readonly (readonly [keyof Usage, string])[];

export const usageAttributes = (usage: Usage): Attributes => {
  const attributes: Attributes = {};
  for (const [field, name] of ATTRIBUTES) {
    const value = usage[field];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
};
