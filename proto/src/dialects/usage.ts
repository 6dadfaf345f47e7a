import type { ScopeDocument } from '../document/index.js';
import { SLOTS } from './fields.js';
import { type Found, numberOfAt, textOfAt } from './find-fields.js';

/** Inclusive totals and their subsets, in tokens. */
export interface Usage {
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly total: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheCreation: number | undefined;
  readonly reasoning: number | undefined;
  /** Why cached tokens were added to the input; null: they are within it. */
  readonly rule: string | null;
  /** Why reasoning was added to the output; null: it is within it. */
  readonly outputRule: string | null;
}

/** Places, looked up once. */
const AT = {
  cache: SLOTS['#cache'],
  providerName: SLOTS['gen_ai.provider.name'],
  total: SLOTS['#total'],
  usageCacheCreationInputTokens: SLOTS['gen_ai.usage.cache_creation.input_tokens'],
  usageCacheReadInputTokens: SLOTS['gen_ai.usage.cache_read.input_tokens'],
  usageInputTokens: SLOTS['gen_ai.usage.input_tokens'],
  usageOutputTokens: SLOTS['gen_ai.usage.output_tokens'],
  usageReasoningOutputTokens: SLOTS['gen_ai.usage.reasoning.output_tokens'],
} as const;

const TRACELOOP_ANTHROPIC = 'opentelemetry.instrumentation.anthropic';
const EXCLUSIVE_UNTIL_MINOR = 30;

const isOldTraceloopAnthropic = (scope: ScopeDocument | undefined): boolean => {
  if (scope?.name !== TRACELOOP_ANTHROPIC) return false;
  const [major, minor] = (scope.version ?? '').split('.').map(Number);
  return major === 0 && minor !== undefined && minor <= EXCLUSIVE_UNTIL_MINOR;
};

interface Sent {
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly total: number | undefined;
}

/**
 * Whether the input leaves the cached tokens out, as Anthropic's API counts. A dialect that says so is believed, then a
 * sum that fits only one way, then what can't be otherwise: more cached than all.
 */
const exclusiveRule = (sent: Sent, found: Found, scope: ScopeDocument | undefined): string | null => {
  if (sent.cached === 0) return null;
  if (sent.cached > sent.input) return 'usage/more-cached-than-input';
  const cache = textOfAt(found, AT.cache);
  if (cache === 'within') return null;
  if (cache === 'apart') return 'usage/dialect-counts-cache-apart';
  if (cache === 'apart-if-anthropic' && textOfAt(found, AT.providerName) === 'anthropic')
    return 'usage/anthropic-counts-cache-apart';
  if (isOldTraceloopAnthropic(scope)) return 'usage/traceloop-anthropic-0.30';
  return sent.total === sent.input + sent.output + sent.cached ? 'usage/total-holds-cache-beside-input' : null;
};

/** Gemini counts what was thought beside the answer; a total that fits only so, or more thought than told, says it. */
const isReasoningApart = ({
  input,
  output,
  reasoning,
  total,
}: Readonly<Record<'input' | 'output' | 'reasoning', number>> & Pick<Sent, 'total'>): boolean =>
  reasoning > 0 && (total === input + output + reasoning || (reasoning > output && total !== input + output));

const sumOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);

/** Never sums input and cached tokens but where the input was counted without them. */
export const usageOf = (found: Found, scope: ScopeDocument | undefined): Usage => {
  const sentInput = numberOfAt(found, AT.usageInputTokens);
  const sentOutput = numberOfAt(found, AT.usageOutputTokens);
  const reasoning = numberOfAt(found, AT.usageReasoningOutputTokens);
  const cacheRead = numberOfAt(found, AT.usageCacheReadInputTokens);
  const cacheCreation = numberOfAt(found, AT.usageCacheCreationInputTokens);
  const total = numberOfAt(found, AT.total);
  const cached = (cacheRead ?? 0) + (cacheCreation ?? 0);
  const rule =
    sentInput === undefined
      ? null
      : exclusiveRule({ input: sentInput, output: sentOutput ?? 0, cached, total }, found, scope);
  const input = rule === null || sentInput === undefined ? sentInput : sentInput + cached;
  const isApart = isReasoningApart({ input: input ?? 0, output: sentOutput ?? 0, reasoning: reasoning ?? 0, total });
  const output = isApart ? (sentOutput ?? 0) + (reasoning ?? 0) : sentOutput;
  const sum = sumOf(input, output);
  return {
    input,
    output,
    total: total === undefined || (sum !== undefined && sum > total) ? sum : total,
    cacheRead,
    cacheCreation,
    reasoning,
    rule,
    outputRule: isApart ? 'usage/total-holds-reasoning-beside-output' : null,
  };
};
