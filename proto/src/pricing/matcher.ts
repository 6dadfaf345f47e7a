import type { OwnPrice } from '../own-prices/index.js';
import { lookupsOf } from './model-names.js';
import { type OwnRates, ownRatesFinder } from './own-rates.js';
import { type BookModel, bookProviderOf, findModel } from './price-data.js';
import { providerRuleOf, takesVendorPrices } from './providers.js';
import { remembering } from './remembering.js';

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

const isTooLong = (name: string | null): boolean => name !== null && name.length > MOST_CHARACTERS;

/** Names longer than any provider's are neither looked for nor remembered. */
export const createMatcher = (own: readonly OwnPrice[], maxCachedMatches: number): Matcher => {
  const match = remembering(matching(own), maxCachedMatches);
  return (provider, model) => (isTooLong(model) || isTooLong(provider) ? NOTHING : match(provider, model));
};
