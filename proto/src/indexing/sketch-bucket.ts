/**
 * Logarithmic buckets of DDSketch (Masson, Rim, Lee, VLDB 2019, https://arxiv.org/abs/1908.10693): what falls into one
 * is within 1 % of each other.
 */
const RELATIVE_ACCURACY = 0.01;
const GAMMA = (1 + RELATIVE_ACCURACY) / (1 - RELATIVE_ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
const ZERO_BUCKET = -1_000_000;

/** Anything smaller counts as zero. */
export const SMALLEST_SKETCHED = 1e-9;

/** The bucket in which a sketch counts a value: a whole number that grows with it, for counting elsewhere. */
export const sketchBucketOf = (value: number): number =>
  value < SMALLEST_SKETCHED ? ZERO_BUCKET : Math.ceil(Math.log(value) / LOG_GAMMA);

/** A value that falls into that bucket: of (γ^(i-1), γ^i] the point whose relative distance to both ends is the same. */
export const sketchValueOf = (bucket: number): number =>
  bucket === ZERO_BUCKET ? 0 : Math.max(SMALLEST_SKETCHED, (2 * Math.exp(bucket * LOG_GAMMA)) / (GAMMA + 1));
