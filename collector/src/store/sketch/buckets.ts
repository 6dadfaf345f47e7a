/** Counts by bucket index, dense between the lowest and the highest that were used. */
export interface Buckets {
  add(index: number, count: number): void;
  /** Takes so much away; false, and nothing changes, where the bucket has less. */
  subtract(index: number, count: number): boolean;
  total(): number;
  /** The bucket of the count with that rank (from 0), lowest bucket first. Not for an empty set. */
  atRank(rank: number): number;
  forEach(visit: (index: number, count: number) => void): void;
}

const GROWTH = 64;

/**
 * Holds at most `maxBuckets` indexes below the highest used one; lower counts fall into the lowest of
 * them. What falls where depends on the highest index alone, never on the order of adding.
 */
export const createBuckets = (maxBuckets: number): Buckets => {
  let counts = new Float64Array(0);
  /** The index that `counts[0]` stands for. */
  let base = 0;
  /** Both inclusive, of the non-empty buckets; `highest < lowest`: there are none. */
  let lowest = 0;
  let highest = -1;
  let total = 0;

  const resize = (from: number, to: number): void => {
    const resized = new Float64Array(to - from + 1 + 2 * GROWTH);
    const resizedBase = from - GROWTH;
    for (let index = Math.max(lowest, from); index <= highest; index++) {
      resized[index - resizedBase] = counts[index - base] ?? 0;
    }
    counts = resized;
    base = resizedBase;
  };

  const fold = (floor: number): void => {
    let folded = 0;
    const end = Math.min(highest, floor - 1);
    for (let index = lowest; index <= end; index++) {
      folded += counts[index - base] ?? 0;
      counts[index - base] = 0;
    }
    const keepsNone = highest < floor;
    lowest = floor;
    if (keepsNone) highest = floor;
    const slot = floor - base;
    if (slot < 0 || slot >= counts.length) resize(floor, floor);
    counts[floor - base] = (counts[floor - base] ?? 0) + folded;
  };

  const shrink = (): void => {
    while (highest >= lowest && counts[highest - base] === 0) highest--;
    while (lowest <= highest && counts[lowest - base] === 0) lowest++;
  };

  return {
    add(index, count) {
      let target = index;
      if (total > 0) {
        const floor = Math.max(index, highest) - maxBuckets + 1;
        if (target < floor) target = floor;
        if (lowest < floor) fold(floor);
      }
      const from = total === 0 ? target : Math.min(lowest, target);
      const to = total === 0 ? target : Math.max(highest, target);
      if (from < base || to >= base + counts.length) resize(from, to);
      counts[target - base] = (counts[target - base] ?? 0) + count;
      lowest = from;
      highest = to;
      total += count;
    },
    subtract(index, amount) {
      if (total === 0) return false;
      // A value that lies under all the others was folded into the lowest.
      const target = Math.max(index, lowest);
      const count = counts[target - base] ?? 0;
      if (target > highest || count === 0 || count < amount) return false;
      if (target !== index && highest - lowest < maxBuckets - 1) return false;
      counts[target - base] = count - amount;
      total -= amount;
      shrink();
      return true;
    },
    total: () => total,
    atRank(rank) {
      let seen = 0;
      for (let index = lowest; index < highest; index++) {
        seen += counts[index - base] ?? 0;
        if (seen > rank) return index;
      }
      return highest;
    },
    forEach(visit) {
      for (let index = lowest; index <= highest; index++) {
        const count = counts[index - base] ?? 0;
        if (count > 0) visit(index, count);
      }
    },
  };
};
