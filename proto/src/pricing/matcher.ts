import type { OwnPrice } from '../own-prices/index.js';
import { lookupsOf } from './model-names.js';
import { type OwnRates, ownRatesFinder } from './own-rates.js';
import { type BookModel, bookProviderOf, findModel } from './price-data.js';
import { providerRuleOf, takesVendorPrices } from './providers.js';

/** What is known of a provider's model, whatever the call. */
export interface Match {
  /** Closest first. */
  readonly own: readonly OwnRates[];
  readonly book: BookModel | null;
  /** Said with prices of another than the named provider. */
  readonly note: string | null;
  /** No book has this provider. */
  readonly isUnpriced: boolean;
}

export type Matcher = (provider: string | null, model: string) => Match;

const MOST_CHARACTERS = 256;
const NOTHING: Match = { own: [], book: null, note: null, isUnpriced: false };

const matching = (own: readonly OwnPrice[]): Matcher => {
  const ownRates = ownRatesFinder(own);
  return (provider, sent) => {
    if (sent.length > MOST_CHARACTERS) return NOTHING;
    const model = sent.trim().toLowerCase();
    const rule = provider === null ? null : providerRuleOf(provider);
    const providerId = rule === null ? bookProviderOf(provider) : rule.id;
    const isUnpriced = rule?.isUnpriced === true;
    const lookups = lookupsOf(providerId, model, providerId === null || takesVendorPrices(providerId));
    const names = new Set([model, ...lookups.filter(({ isUndated }) => !isUndated).map((lookup) => lookup.model)]);
    const book = isUnpriced ? null : findModel(lookups);
    const isOthers = book !== null && provider !== null && rule?.id !== null && book.providerId !== providerId;
    return {
      own: ownRates(provider, names),
      book,
      note: isOthers ? `prices of ${book.providerId}` : null,
      isUnpriced,
    };
  };
};

/** Remembers what was found, and what was not. When full it begins anew: what is in use is soon found again. */
const remembering = (match: Matcher, maxCachedMatches: number): Matcher => {
  const byProvider = new Map<string | null, Map<string, Match>>();
  let count = 0;
  return (provider, model) => {
    const known = byProvider.get(provider)?.get(model);
    if (known !== undefined) return known;
    if (count >= maxCachedMatches) {
      byProvider.clear();
      count = 0;
    }
    const found = match(provider, model);
    const models = byProvider.get(provider) ?? new Map<string, Match>();
    byProvider.set(provider, models.set(model, found));
    count++;
    return found;
  };
};

export const createMatcher = (own: readonly OwnPrice[], maxCachedMatches: number): Matcher =>
  remembering(matching(own), maxCachedMatches);
