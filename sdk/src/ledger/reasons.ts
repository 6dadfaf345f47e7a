import type { ByReason } from './tally.js';

/** So that a backend's imagination does not fill the memory. */
const MAX_REASONS = 32;
const OTHER = 'other';

/** Counts by reason, at most 32 of them; what comes beyond is `other`. */
export interface Reasons {
  add(reason: string, count: number): void;
  addAll(counts: ByReason): void;
  total(): number;
  /** A frozen copy. */
  read(): ByReason;
}

export const createReasons = (): Reasons => {
  const counts = new Map<string, number>();
  let total = 0;
  const add = (reason: string, count: number): void => {
    if (count === 0) return;
    const key = counts.has(reason) || counts.size < MAX_REASONS - 1 ? reason : OTHER;
    counts.set(key, (counts.get(key) ?? 0) + count);
    total += count;
  };
  return {
    add,
    addAll(others) {
      for (const [reason, count] of Object.entries(others)) add(reason, count);
    },
    total: () => total,
    read: () => Object.freeze(Object.fromEntries(counts)),
  };
};
