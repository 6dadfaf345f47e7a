import { type OwnPrice, checkOwnPrices } from '../own-prices/index.js';
import { chooseRates } from './choose.js';
import { formulaOf } from './formula.js';
import { createMatcher } from './matcher.js';
import { type PicoParts, picoPartsOf, tokenPartsOf } from './parts.js';
import { PRICE_DATA } from './price-data.js';
import { type Cost, type SentCost, costOfSent } from './sent-cost.js';
import type { PriceOutcome, PricedUsage } from './usage.js';

export interface PriceBookOptions {
  /** They win over the book. Default: none. */
  readonly own?: readonly OwnPrice[];
  /** Pairs of provider and model that are remembered. Default: 4096. */
  readonly maxCachedMatches?: number;
}

export interface PriceBook {
  /** Changes with the book's data and with the own prices: `genai-prices 0.1.8 (2026-09-23) + own 1f3c9a07`. */
  readonly version: string;
  /** Prices a call as it was at its time. */
  readonly priceOf: (usage: PricedUsage) => PriceOutcome;
  /** The total of `priceOf` without its formula, in USD; null: unknown. */
  readonly totalOf: (usage: PricedUsage) => number | null;
  /** Joins what was sent with what is computed; a sent cost wins. */
  readonly costOf: (usage: PricedUsage, sent: SentCost | null) => Cost;
}

const DEFAULT_CACHED_MATCHES = 4096;
const PICO_USD = 1e12;

/** FNV-1a, 32 bits (draft-eastlake-fnv): tells one list of own prices from another. */
const fingerprint = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
};

const checked = (own: unknown): readonly OwnPrice[] => {
  const outcome = checkOwnPrices(own, 'own');
  if (outcome.status === 'invalid') throw new TypeError(outcome.errors.join('\n'));
  return outcome.prices;
};

const totalPicoOf = (parts: PicoParts): number => parts.input + parts.output + parts.cacheRead + parts.cacheWrite;

/** Throws a TypeError that names each wrong own price. */
export const createPriceBook = (options: PriceBookOptions = {}): PriceBook => {
  const own = checked(options.own ?? []);
  const match = createMatcher(own, Math.max(1, options.maxCachedMatches ?? DEFAULT_CACHED_MATCHES));
  const version = own.length === 0 ? PRICE_DATA : `${PRICE_DATA} + own ${fingerprint(JSON.stringify(own))}`;

  const priceOf = (usage: PricedUsage): PriceOutcome => {
    const choice = chooseRates(usage, match);
    if (choice.status === 'unknown') return { unknown: choice.unknown, detail: choice.detail, book: version };
    const tokens = tokenPartsOf(usage, choice.rates);
    if (typeof tokens === 'string') return { unknown: 'tokens', detail: tokens, book: version };
    const parts = picoPartsOf(tokens, choice.rates);
    return {
      total: totalPicoOf(parts) / PICO_USD,
      input: parts.input / PICO_USD,
      output: parts.output / PICO_USD,
      cacheRead: parts.cacheRead / PICO_USD,
      cacheWrite: parts.cacheWrite / PICO_USD,
      formula: formulaOf(tokens, choice.rates, choice.periodNote, choice.matchNote),
      book: choice.isOwn ? 'own' : PRICE_DATA,
    };
  };

  const totalOf = (usage: PricedUsage): number | null => {
    const choice = chooseRates(usage, match);
    if (choice.status === 'unknown') return null;
    const tokens = tokenPartsOf(usage, choice.rates);
    return typeof tokens === 'string' ? null : totalPicoOf(picoPartsOf(tokens, choice.rates)) / PICO_USD;
  };

  return { version, priceOf, totalOf, costOf: (usage, sent) => costOfSent(sent, priceOf(usage)) };
};
