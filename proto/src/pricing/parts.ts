import type { PricedUsage } from './usage.js';
import { type Rates, atInput } from './rates.js';

/** Token counts that are checked and don't overlap. */
export interface TokenParts {
  /** All input; it chooses the tier. */
  readonly allInput: number;
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Without reasoning only where that has a price of its own. */
  readonly output: number;
  readonly reasoning: number;
}

/** 1e-12 USD. */
export interface PicoParts {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

const isCount = (tokens: number): boolean => Number.isSafeInteger(tokens) && tokens >= 0;

const hasPrice = (rate: Rates['input']): boolean => rate.picoUsd > 0 || rate.tiers.length > 0;

/** The parts, or what is wrong with the counts. */
export const tokenPartsOf = (usage: PricedUsage, rates: Rates): TokenParts | string => {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === null && outputTokens === null) return 'no token counts';
  if (inputTokens === null && hasPrice(rates.input)) return 'no input tokens';
  if (outputTokens === null && hasPrice(rates.output)) return 'no output tokens';
  const allInput = inputTokens ?? 0;
  const allOutput = outputTokens ?? 0;
  const cacheRead = usage.cacheReadTokens ?? 0;
  const cacheWrite = usage.cacheWriteTokens ?? 0;
  const reasoning = usage.reasoningTokens ?? 0;
  if (!(isCount(allInput) && isCount(allOutput) && isCount(cacheRead) && isCount(cacheWrite) && isCount(reasoning)))
    return 'a token count is not a whole number ≥ 0';
  if (cacheRead + cacheWrite > allInput) return 'more cached than input tokens';
  if (reasoning > allOutput) return 'more reasoning than output tokens';
  return {
    allInput,
    input: allInput - cacheRead - cacheWrite,
    cacheRead,
    cacheWrite,
    output: rates.reasoning === null ? allOutput : allOutput - reasoning,
    reasoning,
  };
};

export const picoPartsOf = (tokens: TokenParts, rates: Rates): PicoParts => {
  const all = tokens.allInput;
  const reasoning = rates.reasoning === null ? 0 : tokens.reasoning * atInput(rates.reasoning, all).picoUsd;
  return {
    input: tokens.input * atInput(rates.input, all).picoUsd + (rates.request?.picoUsd ?? 0),
    cacheRead: tokens.cacheRead * atInput(rates.cacheRead, all).picoUsd,
    cacheWrite: tokens.cacheWrite * atInput(rates.cacheWrite, all).picoUsd,
    output: tokens.output * atInput(rates.output, all).picoUsd + reasoning,
  };
};
