import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Prices } from 'noveum-proto/dialects';
import { checkOwnPrices, type OwnPrice } from 'noveum-proto/own-prices';

import { changing } from './changing.js';
import { loadRules, type Rules } from './derived-attributes.js';
import { viewOf } from './span-view.js';

export interface CostOptions {
  /** Instead of the built-in price book, which is loaded with the first processor that needs it. */
  readonly prices?: Prices;
  /** They win over the built-in book's. */
  readonly own?: readonly OwnPrice[];
}

const COST = 'llm.cost';
const PRICE_BOOK = 'noveum.price_book';
/** Agents and workflows tell their calls' tokens again. */
const PRICED: ReadonlySet<string> = new Set(['llm', 'embedding', 'rerank']);

const withCost = (span: ReadableSpan, { derive, priceUsdOf }: Rules, prices: Prices): ReadableSpan => {
  const { facts } = derive(span);
  if (facts === null || !PRICED.has(facts.type)) return span;
  const costUsd = priceUsdOf(prices, facts, span.startTime[0] * 1_000 + span.startTime[1] / 1e6);
  if (costUsd === null) return span;
  return viewOf(span, { attributes: { ...span.attributes, [COST]: costUsd, [PRICE_BOOK]: prices.version } });
};

/**
 * Adds what a call to a model cost: `llm.cost`, in USD, by the tokens it used and the prices of that day, and
 * `noveum.price_book`, whose prices. A cost that was set stays; without known tokens or prices there is none. Spans
 * that end before the price book is loaded wait for it. Throws a TypeError that names each wrong own price.
 */
export class CostSpanProcessor implements SpanProcessor {
  readonly #chain: SpanProcessor;

  constructor(next: SpanProcessor, options: CostOptions = {}) {
    const own = checkOwnPrices(options.own ?? [], 'own');
    if (own.status === 'invalid') throw new TypeError(own.errors.join('\n'));
    let change = (span: ReadableSpan): ReadableSpan => span;
    const loadPrices = async (): Promise<Prices> => {
      const { createPriceBook } = await import('noveum-proto/pricing');
      return createPriceBook({ own: own.prices });
    };
    const load = async (): Promise<void> => {
      const [rules, prices] = await Promise.all([loadRules(), options.prices ?? loadPrices()]);
      change = (span) => withCost(span, rules, prices);
    };
    this.#chain = changing(next, {
      name: 'CostSpanProcessor',
      onFault: 'pass',
      change: (span) => change(span),
      ready: load(),
    });
  }

  onStart(span: Span, context: Context): void {
    this.#chain.onStart(span, context);
  }

  onEnding(span: Span): void {
    this.#chain.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    this.#chain.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.#chain.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#chain.shutdown();
  }
}
