import type { TokenParts } from './parts.js';
import { type Rate, type Rates, atInput } from './rates.js';

/** Adds a term for tokens that there are. */
const plus = (sum: string, tokens: number, name: string, rate: Rate, allInput: number): string => {
  if (tokens === 0) return sum;
  const term = `${tokens} ${name} × ${atInput(rate, allInput).shown}`;
  return sum === '' ? term : `${sum} + ${term}`;
};

const outputName = ({ reasoning }: TokenParts, rates: Rates): string =>
  rates.reasoning === null && reasoning > 0 ? `output (${reasoning} reasoning)` : 'output';

const sumOf = (tokens: TokenParts, rates: Rates): string => {
  const all = tokens.allInput;
  let sum = plus('', tokens.input, 'input', rates.input, all);
  sum = plus(sum, tokens.cacheRead, 'cache read', rates.cacheRead, all);
  sum = plus(sum, tokens.cacheWrite, 'cache write', rates.cacheWrite, all);
  sum = plus(sum, tokens.output, outputName(tokens, rates), rates.output, all);
  if (rates.reasoning !== null) sum = plus(sum, tokens.reasoning, 'reasoning', rates.reasoning, all);
  if (rates.request === null) return sum === '' ? '0 tokens' : sum;
  const fee = `1 request × ${rates.request.shown}`;
  return sum === '' ? fee : `${sum} + ${fee}`;
};

const tierNote = (rates: Rates, allInput: number): string | null => {
  const tier = atInput(rates.input, allInput);
  return 'aboveInputTokens' in tier ? `tier above ${tier.aboveInputTokens} input tokens` : null;
};

/** How a price came about, e.g. `250000 input × $2.50/M + 100 output × $15/M (tier above 200000 input tokens)`. */
export const formulaOf = (
  tokens: TokenParts,
  rates: Rates,
  periodNote: string | null,
  matchNote: string | null,
): string => {
  const sum = sumOf(tokens, rates);
  const tier = tierNote(rates, tokens.allInput);
  if (tier === null && periodNote === null && matchNote === null) return sum;
  return `${sum} (${[tier, periodNote, matchNote].filter((note) => note !== null).join('; ')})`;
};
