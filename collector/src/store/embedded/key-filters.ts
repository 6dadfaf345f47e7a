import type { KeyFilter } from './key-filter.js';

/** The key filters of a store's days, in bounded memory. */
export interface KeyFilters {
  get(day: number): KeyFilter | undefined;
  set(day: number, filter: KeyFilter): void;
  delete(day: number): void;
  bytes(): number;
}

/** Some 30 million keys without a loss; beyond it filters give false hits ever more often, each a look-up more. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Where filters pass `maxBytes` together, the largest is folded, of equals the oldest day's; default 64 MiB. */
export const createKeyFilters = (maxBytes = MAX_BYTES): KeyFilters => {
  const filters = new Map<number, KeyFilter>();
  const bytes = (): number => [...filters.values()].reduce((sum, filter) => sum + filter.bytes(), 0);

  const largest = (): KeyFilter | undefined =>
    [...filters.entries()]
      .sort(([dayA, a], [dayB, b]) => b.bytes() - a.bytes() || dayA - dayB)
      .map(([, filter]) => filter)[0];

  return {
    bytes,
    get: (day) => filters.get(day),
    set(day, filter) {
      filters.set(day, filter);
      while (bytes() > maxBytes) if (largest()?.fold() !== true) return;
    },
    delete(day) {
      filters.delete(day);
    },
  };
};
