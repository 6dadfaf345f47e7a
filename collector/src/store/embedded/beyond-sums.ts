import { readQuantileSketch } from '../sketch/index.js';
import { addToSums, type CountedSums, newCountedSums } from './counted-sums.js';
import type { Summed } from './counted.js';

/**
 * What an hour's traces that stand for others count for besides themselves: of a trace of weight 4 three times what it
 * has. Added to the hour's own sums they count by weight.
 */
export interface BeyondSums extends CountedSums {
  /** How many such traces there are: with the last of them all of this goes. */
  weighted: number;
}

type StoredSums = Omit<BeyondSums, 'durations' | 'errorTypes'>;

interface Stored extends StoredSums {
  readonly errorTypes: readonly (readonly [string, number])[];
  /** Base64. */
  readonly durations: string;
}

/** Adds a trace, or takes it away again; null: no trace of the hour stands for others any more. */
export const addBeyond = (held: BeyondSums | null, counted: Summed, sign: 1 | -1): BeyondSums | null => {
  if (counted.weight === 1) return held;
  const sums = held ?? { weighted: 0, ...newCountedSums() };
  sums.weighted += sign;
  if (sums.weighted <= 0) return null;
  addToSums(sums, counted, sign * (counted.weight - 1));
  return sums;
};

/** JSON; null where there is nothing. */
export const storedBeyond = (sums: BeyondSums | null): string | null => {
  if (sums === null) return null;
  const { durations, errorTypes, ...numbers } = sums;
  return JSON.stringify({
    ...numbers,
    errorTypes: [...errorTypes],
    durations: Buffer.from(durations.toBytes()).toString('base64'),
  });
};

export const readBeyond = (stored: string | null): BeyondSums | null => {
  if (stored === null) return null;
  const { durations, errorTypes, ...numbers } = JSON.parse(stored) as Stored;
  return {
    ...numbers,
    errorTypes: new Map(errorTypes),
    durations: readQuantileSketch(Buffer.from(durations, 'base64')),
  };
};
