import {
  calcPrice,
  findProvider,
  type ConditionalPrice,
  type ModelInfo,
  type ModelPrice,
} from '@pydantic/genai-prices';

import type { Lookup } from './model-names.js';
import { type Period, type Rate, type Rates, rateOf, requestFeeOf } from './rates.js';

/** The package, its version and the day its data was published; the test holds it to what is installed. */
export const PRICE_DATA = 'genai-prices 0.1.8 (2026-09-23)';

export interface BookModel {
  readonly providerId: string;
  /** The last one that holds counts, else the first. */
  readonly periods: readonly Period[];
}

const ALWAYS = (): boolean => true;
const DAY_MILLIS = 86_400_000;

const toRate = (price: ModelPrice[string]): Rate | null => {
  if (price === undefined) return null;
  return typeof price === 'number' ? rateOf(price) : rateOf(price.base, price.tiers);
};

const FREE = rateOf(0);

/** Null: nothing in it is for tokens. */
const toRates = (price: ModelPrice, isFree: boolean): Rates | null => {
  const input = toRate(price.input_mtok);
  const output = toRate(price.output_mtok);
  if (input === null && output === null && !isFree) return null;
  const requests = price.requests_kcount;
  return {
    input: input ?? FREE,
    cacheRead: toRate(price.cache_read_mtok) ?? input ?? FREE,
    cacheWrite: toRate(price.cache_write_mtok) ?? input ?? FREE,
    output: output ?? FREE,
    reasoning: toRate(price.output_reasoning_mtok),
    request: typeof requests === 'number' ? requestFeeOf(requests) : null,
  };
};

const millisOfDay = (time: string): number => {
  const millis = Date.parse(`1970-01-01T${time}`) % DAY_MILLIS;
  return (millis + DAY_MILLIS) % DAY_MILLIS;
};

const toPeriod = ({ constraint, prices }: ConditionalPrice, isFree: boolean): Period => {
  const rates = toRates(prices, isFree);
  if (constraint === undefined) return { holdsAt: ALWAYS, rates, note: null };
  if (constraint.type === 'start_date') {
    const startMillis = Date.parse(constraint.start_date);
    return { holdsAt: (millis) => millis >= startMillis, rates, note: `prices from ${constraint.start_date}` };
  }
  const start = millisOfDay(constraint.start_time);
  const end = millisOfDay(constraint.end_time);
  return {
    holdsAt: (millis) => {
      const ofDay = ((millis % DAY_MILLIS) + DAY_MILLIS) % DAY_MILLIS;
      return end < start ? ofDay >= start || ofDay < end : ofDay >= start && ofDay < end;
    },
    rates,
    note: `prices from ${constraint.start_time} to ${constraint.end_time}`,
  };
};

const toModel = (providerId: string, { id, prices }: ModelInfo): BookModel => {
  const isFree = id.endsWith(':free');
  const conditional = Array.isArray(prices) ? prices : [{ prices }];
  return { providerId, periods: conditional.map((price) => toPeriod(price, isFree)) };
};

/** What the package itself makes of a provider's name. */
export const bookProviderOf = (name: string | null): string | null =>
  name === null || name === '' ? null : (findProvider({ providerId: name })?.id ?? null);

/** Any moment: which prices hold is chosen for each call, from all that the model has. */
const EPOCH = new Date(0);

/** The first of the lookups that the package knows. Takes 10 to 500 µs, so it is done once for a name. */
export const findModel = (lookups: readonly Lookup[]): BookModel | null => {
  for (const { providerId, model } of lookups) {
    const options = providerId === null ? { timestamp: EPOCH } : { providerId, timestamp: EPOCH };
    const found = calcPrice({}, model, options);
    if (found !== null) return toModel(found.provider.id, found.model);
  }
  return null;
};
