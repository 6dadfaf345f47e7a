import type { Attributes, Json } from '../document/index.js';
import type { PriceBook, PricedUsage, PriceOutcome } from '../pricing/index.js';
import type { SpanFacts } from './facts.js';

/** As much of a price book as it takes to price calls. */
export type Prices = Pick<PriceBook, 'priceOf' | 'totalOf' | 'version'>;

const isUsed = ({ totalTokens }: SpanFacts): boolean => totalTokens !== null && totalTokens > 0;

const usageOf = (facts: SpanFacts, startUnixMillis: number): PricedUsage => ({
  provider: facts.provider,
  requestModel: facts.requestModel,
  responseModel: facts.responseModel,
  inputTokens: facts.inputTokens,
  outputTokens: facts.outputTokens,
  cacheReadTokens: facts.cacheReadTokens,
  cacheWriteTokens: facts.cacheWriteTokens,
  reasoningTokens: facts.reasoningTokens,
  serviceTier: facts.serviceTier,
  atUnixMillis: startUnixMillis,
});

/** What a call comes to by the book, in USD; null: its cost was sent, it used nothing, or nobody knows. */
export const priceUsdOf = (
  prices: Pick<Prices, 'totalOf'>,
  facts: SpanFacts,
  startUnixMillis: number,
): number | null => (facts.costUsd === null && isUsed(facts) ? prices.totalOf(usageOf(facts, startUnixMillis)) : null);

/** How a cost came to be: `sent` by whom the span is from, `computed` by the book, or `unknown` and what was missing. */
export type ExplainedCost = Attributes & {
  readonly source: 'sent' | 'computed' | 'unknown';
  /** USD. */
  readonly total: number | null;
};

const asAttributes = (outcome: PriceOutcome): Attributes => outcome as unknown as Readonly<Record<string, Json>>;

/** The cost of a call and how it was found; null where nothing is to be priced and nothing was sent. */
export const explainCost = (prices: Prices, facts: SpanFacts, startUnixMillis: number): ExplainedCost | null => {
  const { costUsd } = facts;
  const computed = isUsed(facts) ? prices.priceOf(usageOf(facts, startUnixMillis)) : null;
  if (costUsd !== null)
    return { source: 'sent', total: costUsd, ...(computed === null ? {} : { computed: asAttributes(computed) }) };
  if (computed === null) return null;
  if ('unknown' in computed) return { source: 'unknown', total: null, ...asAttributes(computed) };
  return { source: 'computed', ...asAttributes(computed), total: computed.total };
};
