export interface TokenBucketOptions {
  readonly perSecond: number;
  /** Steady time; one that goes back stands still meanwhile. */
  readonly nowMillis: () => number;
}

/**
 * In any window of `t` seconds at most `max(1, perSecond) + perSecond · t` tokens are given: the bucket holds a
 * second's worth, at least one, and starts full.
 */
export const createTokenBucket = ({ perSecond, nowMillis }: TokenBucketOptions): (() => boolean) => {
  const capacity = Math.max(1, perSecond);
  let tokens = capacity;
  let latestMillis = nowMillis();
  return () => {
    const now = nowMillis();
    if (now > latestMillis) {
      tokens = Math.min(capacity, tokens + ((now - latestMillis) * perSecond) / 1_000);
      latestMillis = now;
    }
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
