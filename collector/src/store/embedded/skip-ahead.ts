import type { SortValue, Walk } from './trace-walk.js';

export interface Ahead {
  /** Where to go on: at the first trace that has this value; undefined: at the very first. */
  readonly value: SortValue | undefined;
  /** Traces that come before it. */
  readonly skipped: number;
}

const ROUNDS = 16;
/** So few are fetched and left out. */
const WORTH_SKIPPING = 50;

/**
 * Finds a value before which nearly `offset` traces of all walks come, and not more, so that few need be fetched to be
 * left out. Guesses a rank in one walk, counts over all, and guesses higher where it fits, lower where it went too far.
 */
export const skipAhead = (walks: readonly Walk[], offset: number): Ahead => {
  let ahead: Ahead = { value: undefined, skipped: 0 };
  // Where all are sorted anyhow, a guess takes as long as the whole.
  if (walks.some(({ isIndexed }) => !isIndexed)) return ahead;
  let share = 0.9 / walks.length;
  for (let round = 0; round < ROUNDS; round++) {
    const left = offset - ahead.skipped;
    const rank = Math.floor(left * share);
    if (left < WORTH_SKIPPING || rank === 0) break;
    const value = firstValueAt(walks, ahead.value, rank);
    const skipped = value === undefined ? Infinity : countBefore(walks, value, offset);
    if (value === undefined || skipped > offset) share /= 2;
    else if (value === ahead.value) break;
    else {
      ahead = { value, skipped };
      share = Math.min(1, share * 2);
    }
  }
  return ahead;
};

const firstValueAt = (walks: readonly Walk[], from: SortValue | undefined, rank: number): SortValue | undefined => {
  for (const walk of walks) {
    const value = walk.valueAt(from, rank);
    if (value !== undefined) return value;
  }
  return undefined;
};

const countBefore = (walks: readonly Walk[], value: SortValue, limit: number): number => {
  let count = 0;
  for (const walk of walks) {
    count += walk.countBefore(value, limit + 1 - count);
    if (count > limit) break;
  }
  return count;
};
