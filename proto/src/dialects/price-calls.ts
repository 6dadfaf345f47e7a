import type { Attributes, Json } from '../document/index.js';
import type { PriceBook, PriceOutcome } from '../pricing/index.js';
import type { SpanFacts } from './facts.js';

/** As much of a price book as it takes to price calls. */
export type Prices = Pick<PriceBook, 'priceOf' | 'totalOf' | 'version'>;

const isPriceable = ({ costUsd, totalTokens }: SpanFacts): boolean =>
  costUsd === null && totalTokens !== null && totalTokens > 0;

/** What a call comes to by the book, in USD; null: its cost was sent, it used nothing, or nobody knows. */
export const priceUsdOf = (prices: Prices, facts: SpanFacts, startUnixMillis: number): number | null =>
  isPriceable(facts)
    ? prices.totalOf({
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
      })
    : null;

/** How a cost came to be: `sent` by whom the span is from, `computed` by the book, or `unknown` and what was missing. */
export type ExplainedCost = Attributes & {
  readonly source: 'sent' | 'computed' | 'unknown';
  /** USD. */
  readonly total: number | null;
};

const asAttributes = (outcome: PriceOutcome): Attributes => outcome as unknown as Readonly<Record<string, Json>>;

/** The cost of a call and how it was found; null where nothing is to be priced and nothing was sent. */
export const explainCost = (prices: Prices, facts: SpanFacts, startUnixMillis: number): ExplainedCost | null => {
  const { costUsd, totalTokens } = facts;
  const used = totalTokens !== null && totalTokens > 0;
  if (costUsd === null && !used) return null;
  const computed = used ? prices.priceOf({ ...facts, atUnixMillis: startUnixMillis }) : null;
  if (costUsd !== null)
    return { source: 'sent', total: costUsd, ...(computed === null ? {} : { computed: asAttributes(computed) }) };
  if (computed === null) return null;
  if ('unknown' in computed) return { source: 'unknown', total: null, ...asAttributes(computed) };
  return { source: 'computed', ...asAttributes(computed), total: computed.total };
};
