import { type OwnPrice, priceMomentMillis } from '../own-prices/index.js';
import { providerRuleOf } from './providers.js';
import { type Period, rateOf } from './rates.js';

/** An own price made ready to be matched. */
export interface OwnRates {
  readonly serviceTier: string | null;
  readonly period: Period;
}

interface ReadyPrice extends OwnRates {
  readonly provider: string | null;
  readonly prefix: string;
  readonly isExact: boolean;
  readonly fromMillis: number;
}

const toReady = (price: OwnPrice): ReadyPrice => {
  const pattern = price.model.trim().toLowerCase();
  const isExact = !pattern.endsWith('*');
  const fromMillis = price.from === undefined ? -Infinity : (priceMomentMillis(price.from) ?? -Infinity);
  const untilMillis = price.until === undefined ? Infinity : (priceMomentMillis(price.until) ?? Infinity);
  const note = [
    ...(price.serviceTier === undefined ? [] : [`${price.serviceTier} tier`]),
    ...(price.from === undefined ? [] : [`prices from ${price.from}`]),
    ...(price.until === undefined ? [] : [`prices until ${price.until}`]),
  ].join('; ');
  return {
    provider: price.provider?.trim().toLowerCase() ?? null,
    serviceTier: price.serviceTier?.trim().toLowerCase() ?? null,
    prefix: isExact ? pattern : pattern.slice(0, -1),
    isExact,
    fromMillis,
    period: {
      holdsAt: (millis) => millis >= fromMillis && millis < untilMillis,
      rates: {
        input: rateOf(price.input),
        cacheRead: rateOf(price.cacheRead ?? price.input),
        cacheWrite: rateOf(price.cacheWrite ?? price.input),
        output: rateOf(price.output),
        reasoning: price.reasoning === undefined ? null : rateOf(price.reasoning),
        request: null,
      },
      note: note === '' ? null : note,
    },
  };
};

const rank = (holds: boolean): number => (holds ? 1 : 0);

/** The closest first: whole name, longest beginning, with tier, with provider, latest start; then the later in the list. */
const byCloseness = (a: ReadyPrice, b: ReadyPrice): number =>
  rank(b.isExact) - rank(a.isExact) ||
  b.prefix.length - a.prefix.length ||
  rank(b.serviceTier !== null) - rank(a.serviceTier !== null) ||
  rank(b.provider !== null) - rank(a.provider !== null) ||
  (a.fromMillis === b.fromMillis ? 0 : b.fromMillis - a.fromMillis);

const isSameProvider = (own: string, provider: string | null): boolean => {
  if (provider === null) return false;
  const name = provider.trim().toLowerCase();
  // A name of the price book stands for all its spellings; `gcp.gemini` doesn't stand for `gcp.vertex_ai`.
  return own === name || own === providerRuleOf(name)?.id;
};

/** Finds the own prices for a model, under any of the given forms of its name, closest first. */
export const ownRatesFinder = (own: readonly OwnPrice[]) => {
  const ready = own.map(toReady).reverse().sort(byCloseness);
  return (provider: string | null, names: ReadonlySet<string>): readonly OwnRates[] =>
    ready.filter((price) => {
      if (price.provider !== null && !isSameProvider(price.provider, provider)) return false;
      if (price.isExact) return names.has(price.prefix);
      return [...names].some((name) => name.startsWith(price.prefix));
    });
};
