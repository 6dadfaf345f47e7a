/** Bounds of the relative error of a percentile. */
const RELATIVE_ACCURACY = 0.05;
const GAMMA = (1 + RELATIVE_ACCURACY) / (1 - RELATIVE_ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** What is shorter or longer than these falls into the first or last bucket. */
const MIN_MILLIS = 0.01;
const MAX_MILLIS = 3_600_000;
const FIRST_BUCKET = Math.ceil(Math.log(MIN_MILLIS) / LOG_GAMMA);
const BUCKETS = Math.ceil(Math.log(MAX_MILLIS) / LOG_GAMMA) - FIRST_BUCKET + 1;

export interface IntervalSummary {
  readonly count: number;
  readonly minMillis: number;
  readonly maxMillis: number;
  readonly meanMillis: number;
  readonly p50Millis: number;
  readonly p95Millis: number;
}

const bucketOf = (millis: number): number => {
  if (millis <= MIN_MILLIS) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log(millis) / LOG_GAMMA) - FIRST_BUCKET);
};

/** The middle of a bucket in relative terms: 2γⁱ/(γ+1). */
const millisOf = (bucket: number): number => (2 * GAMMA ** (bucket + FIRST_BUCKET)) / (GAMMA + 1);

/**
 * Times between chunks in 1 KB, however many they are: DDSketch (Masson, Rim, Lee, VLDB 2019) over a fixed range,
 * percentiles within 5 % of the true value; count, least, greatest and mean are exact.
 */
export const createIntervals = () => {
  const counts = new Uint32Array(BUCKETS);
  let count = 0;
  let sum = 0;
  let min = Infinity;
  let max = 0;

  const quantile = (q: number): number => {
    let seen = 0;
    const rank = q * (count - 1);
    for (const [bucket, inBucket] of counts.entries()) {
      seen += inBucket;
      if (seen > rank) return Math.min(max, Math.max(min, millisOf(bucket)));
    }
    return max;
  };

  return {
    add: (millis: number): void => {
      const length = Math.max(0, millis);
      const bucket = bucketOf(length);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      count++;
      sum += length;
      if (length < min) min = length;
      if (length > max) max = length;
    },
    /** Undefined: there was none. */
    summary: (): IntervalSummary | undefined =>
      count === 0
        ? undefined
        : {
            count,
            minMillis: min,
            maxMillis: max,
            meanMillis: sum / count,
            p50Millis: quantile(0.5),
            p95Millis: quantile(0.95),
          },
  };
};

export type Intervals = ReturnType<typeof createIntervals>;
