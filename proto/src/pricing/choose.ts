import type { Match, Matcher } from './matcher.js';
import type { Period, Rates } from './rates.js';
import type { PricedUsage, UnknownPart } from './usage.js';

export type Choice =
  | {
      readonly status: 'found';
      readonly rates: Rates;
      readonly isOwn: boolean;
      readonly periodNote: string | null;
      readonly matchNote: string | null;
    }
  | { readonly status: 'unknown'; readonly unknown: UnknownPart; readonly detail: string };

const STANDARD_TIERS = new Set(['auto', 'default', 'standard', 'standard_only', 'on_demand', 'on-demand']);

const unknown = (part: UnknownPart, detail: string): Choice => ({ status: 'unknown', unknown: part, detail });

const NO_MODEL = unknown('model', 'no model was named');
const NOT_LISTED = unknown('model', 'the price book has no such model');
const NO_PROVIDER = unknown('provider', 'no price book has this provider');
const NO_PRICE = unknown('price', 'the price book has no price for tokens of this model');
const NO_TIER = unknown('service_tier', 'the price book has no prices for this service tier');

const standardTierOf = (sent: string | null | undefined): string | null => {
  if (sent === null || sent === undefined || sent === '') return null;
  const tier = sent.toLowerCase();
  return STANDARD_TIERS.has(tier) ? null : tier;
};

const periodAt = (periods: readonly Period[], unixMillis: number): Period | undefined => {
  for (let at = periods.length - 1; at > 0; at--) if (periods[at]?.holdsAt(unixMillis) === true) return periods[at];
  return periods[0];
};

const ownChoice = ({ own }: Match, tier: string | null, unixMillis: number): Choice | null => {
  for (const { serviceTier, period } of own) {
    if (period.rates === null || (serviceTier !== null && serviceTier !== tier) || !period.holdsAt(unixMillis))
      continue;
    return { status: 'found', rates: period.rates, isOwn: true, periodNote: period.note, matchNote: null };
  }
  return null;
};

const bookChoice = ({ book, note }: Match, tier: string | null, unixMillis: number): Choice | null => {
  if (book === null) return null;
  if (tier !== null) return NO_TIER;
  const period = periodAt(book.periods, unixMillis);
  if (period === undefined || period.rates === null) return NO_PRICE;
  return { status: 'found', rates: period.rates, isOwn: false, periodNote: period.note, matchNote: note };
};

const isNamed = (model: string | null): model is string => model !== null && model !== '';

/** The rates of a call: own before the book's, the response's model before the request's. */
export const chooseRates = (usage: PricedUsage, match: Matcher): Choice => {
  const provider = usage.provider === '' ? null : usage.provider;
  const response = isNamed(usage.responseModel) ? match(provider, usage.responseModel) : null;
  const request =
    isNamed(usage.requestModel) && usage.requestModel !== usage.responseModel
      ? match(provider, usage.requestModel)
      : null;
  const any = response ?? request;
  if (any === null) return NO_MODEL;
  const tier = standardTierOf(usage.serviceTier);
  const at = usage.atUnixMillis;
  return (
    (response === null ? null : ownChoice(response, tier, at)) ??
    (request === null ? null : ownChoice(request, tier, at)) ??
    (response === null ? null : bookChoice(response, tier, at)) ??
    (request === null ? null : bookChoice(request, tier, at)) ??
    (any.isUnpriced ? NO_PROVIDER : NOT_LISTED)
  );
};
