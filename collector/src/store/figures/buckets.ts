import type { BucketMillis } from '../analytics.js';

const NANOS_PER_MILLI = 1_000_000n;

/** The begin of a nanosecond's bucket in Unix milliseconds. */
export const bucketOf = (width: BucketMillis, unixNano: bigint): number =>
  Math.floor(Number(unixNano / NANOS_PER_MILLI) / width) * width;
