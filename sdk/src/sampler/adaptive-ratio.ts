import { createTokenBucket } from './token-bucket.js';
import { createRatioTest } from './trace-id-ratio.js';

export interface AdaptiveOptions {
  readonly targetPerSecond: number;
  /** Not above it, however few traces come. */
  readonly maxRatio: number;
  readonly nowMillis: () => number;
}

export interface AdaptiveTest {
  readonly isSampled: (traceId: string) => boolean;
  /** What was taken last was taken by. */
  readonly ratio: () => number;
}

const UPDATE_MILLIS = 1_000;
/** In so long an old rate loses 63 % of its weight. */
const MEMORY_MILLIS = 10_000;
const BURST = 2;

/**
 * Takes such a share of what comes that `targetPerSecond` are left. Once a second, of `n` traces in `Δ` seconds:
 * `rate ← rate + (1 − e^(−Δ/10 s)) · (n/Δ − rate)`, an exponentially weighted moving average over uneven intervals, and
 * `ratio = min(maxRatio, targetPerSecond / rate)`, applied by trace id. The first interval sets the rate. What comes
 * faster than the average can follow is cut by a token bucket at twice the target.
 */
export const createAdaptiveTest = ({ targetPerSecond, maxRatio, nowMillis }: AdaptiveOptions): AdaptiveTest => {
  const isWithinBurst = createTokenBucket({ perSecond: BURST * targetPerSecond, nowMillis });
  let ratio = maxRatio;
  let isWithinRatio = createRatioTest(maxRatio);
  let ratePerSecond: number | undefined;
  let offered = 0;
  let sinceMillis = nowMillis();

  const update = (elapsedMillis: number): void => {
    const seen = (offered * 1_000) / elapsedMillis;
    const weight = 1 - Math.exp(-elapsedMillis / MEMORY_MILLIS);
    ratePerSecond = ratePerSecond === undefined ? seen : ratePerSecond + weight * (seen - ratePerSecond);
    ratio = Math.min(maxRatio, targetPerSecond / ratePerSecond);
    isWithinRatio = createRatioTest(ratio);
    offered = 0;
  };

  const isSampled = (traceId: string): boolean => {
    const now = nowMillis();
    if (now < sinceMillis) sinceMillis = now;
    if (now - sinceMillis >= UPDATE_MILLIS) {
      update(now - sinceMillis);
      sinceMillis = now;
    }
    offered++;
    return isWithinRatio(traceId) && isWithinBurst();
  };
  return { isSampled, ratio: () => ratio };
};
