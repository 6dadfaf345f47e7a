import { SMALLEST_SKETCHED, sketchBucketOf, sketchValueOf } from 'noveum-proto';

import { createBuckets, type Buckets } from './buckets.js';
import { createByteReader, createByteWriter } from './varint.js';

/**
 * Quantiles of non-negative values within 1 % of the true value, mergeable without loss: DDSketch
 * (Masson, Rim, Lee, VLDB 2019, https://arxiv.org/abs/1908.10693) with logarithmic buckets.
 * At most 2,048 buckets, 17 decades of values: beyond that the lowest are folded together, so that
 * high quantiles stay exact. Merging and adding give the same sketch in any order.
 */
export interface QuantileSketch {
  /**
   * Values under 1e-9 count as zero, negative ones too (a clock that went back). `count` is positive
   * and default 1. Throws RangeError where the value is not finite.
   */
  add(value: number, count?: number): void;
  /** Undoes one `add(value, count)`. False, and nothing changes, where so many such values are not counted. */
  subtract(value: number, count?: number): boolean;
  merge(other: QuantileSketch): void;
  /** The value at rank `q` of 0–1 (0.5: the median); null where nothing is counted. */
  quantile(q: number): number | null;
  count(): number;
  toBytes(): Uint8Array;
  /** For `merge`: every non-empty bucket, lowest first; the zero bucket's index is null. */
  forEachBucket(visit: (index: number | null, count: number) => void): void;
}

/** All counts are whole. */
const FORMAT_WHOLE = 1;
/** Counts are doubles: of weights. */
const FORMAT_WEIGHED = 2;
const MAX_BUCKETS = 2048;

const checkFinite = (value: number): void => {
  if (!Number.isFinite(value)) throw new RangeError('a sketch takes finite numbers only');
};

const hasWholeCounts = (zeros: number, buckets: Buckets): boolean => {
  let isWhole = Number.isSafeInteger(zeros);
  buckets.forEach((_, count) => {
    isWhole &&= Number.isSafeInteger(count);
  });
  return isWhole;
};

const writeSketch = (zeros: number, buckets: Buckets): Uint8Array => {
  const writer = createByteWriter();
  const isWhole = hasWholeCounts(zeros, buckets);
  const writeCount = (count: number): void => {
    if (isWhole) writer.varint(count);
    else writer.double(count);
  };
  writer.byte(isWhole ? FORMAT_WHOLE : FORMAT_WEIGHED);
  writeCount(zeros);
  let previous: number | null = null;
  buckets.forEach((index, count) => {
    // Only the first index may be negative: sign in the lowest bit.
    if (previous === null) writer.varint(index < 0 ? -2 * index - 1 : 2 * index);
    else writer.varint(index - previous - 1);
    writeCount(count);
    previous = index;
  });
  return writer.take();
};

const createSketch = (initialZeros: number, buckets: Buckets): QuantileSketch => {
  let zeros = initialZeros;
  return {
    add(value, count = 1) {
      checkFinite(value);
      if (value < SMALLEST_SKETCHED) zeros += count;
      else buckets.add(sketchBucketOf(value), count);
    },
    subtract(value, count = 1) {
      checkFinite(value);
      if (value >= SMALLEST_SKETCHED) return buckets.subtract(sketchBucketOf(value), count);
      if (zeros < count) return false;
      zeros -= count;
      return true;
    },
    merge(other) {
      // Collected first, so that a sketch can be merged into itself.
      const added: [number, number][] = [];
      let addedZeros = 0;
      other.forEachBucket((index, count) => {
        if (index === null) addedZeros = count;
        else added.push([index, count]);
      });
      zeros += addedZeros;
      for (const [index, count] of added) buckets.add(index, count);
    },
    quantile(q) {
      const count = zeros + buckets.total();
      if (count === 0) return null;
      const rank = Math.min(Math.max(q, 0), 1) * (count - 1);
      if (rank < zeros) return 0;
      return sketchValueOf(buckets.atRank(rank - zeros));
    },
    count: () => zeros + buckets.total(),
    toBytes: () => writeSketch(zeros, buckets),
    forEachBucket(visit) {
      if (zeros > 0) visit(null, zeros);
      buckets.forEach(visit);
    },
  };
};

export const createQuantileSketch = (): QuantileSketch => createSketch(0, createBuckets(MAX_BUCKETS));

/** Reads what `toBytes` gave. Throws RangeError where the bytes are damaged. */
export const readQuantileSketch = (bytes: Uint8Array): QuantileSketch => {
  const reader = createByteReader(bytes);
  const format = reader.byte();
  if (format !== FORMAT_WHOLE && format !== FORMAT_WEIGHED)
    throw new RangeError('a stored quantile sketch has an unknown version');
  const readCount = (): number => (format === FORMAT_WHOLE ? reader.varint() : reader.double());
  const zeros = readCount();
  const buckets = createBuckets(MAX_BUCKETS);
  let index: number | null = null;
  while (!reader.atEnd()) {
    const step = reader.varint();
    if (index === null) index = step % 2 === 1 ? -(step + 1) / 2 : step / 2;
    else index += step + 1;
    if (Math.abs(index) > 2 ** 31) throw new RangeError('a stored quantile sketch has a bucket out of range');
    buckets.add(index, readCount());
  }
  return createSketch(zeros, buckets);
};
