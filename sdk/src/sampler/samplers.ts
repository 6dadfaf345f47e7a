import { trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';

import { createAdaptiveTest } from './adaptive-ratio.js';
import { roundedWeight, SAMPLE_WEIGHT, weightOfRatio } from './sample-weight.js';
import { createTokenBucket } from './token-bucket.js';
import { createRatioTest } from './trace-id-ratio.js';

/** Shared by all decisions: a span that is left out costs no object. */
const SAMPLED: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED });
const LEFT_OUT: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

/** It goes with the span: how many traces this one stands for. */
const sampledWith = (weight: number): SamplingResult =>
  weight === 1
    ? SAMPLED
    : Object.freeze({
        decision: SamplingDecision.RECORD_AND_SAMPLED,
        attributes: Object.freeze({ [SAMPLE_WEIGHT]: weight }),
      });

const samplerOf = (
  name: string,
  isSampled: (traceId: string) => boolean,
  sampled: () => SamplingResult = () => SAMPLED,
): Sampler => ({
  shouldSample: (_context, traceId) => (isSampled(traceId) ? sampled() : LEFT_OUT),
  toString: () => name,
});

/** A share of all traces from 0 to 1, by trace id: services with the same ratio take the same traces. */
export const ratioSampler = (ratio: number): Sampler => {
  const sampled = sampledWith(weightOfRatio(ratio));
  return samplerOf(`Ratio{${ratio}}`, createRatioTest(ratio), () => sampled);
};

export interface RateLimit {
  /** In any window of `t` seconds at most `max(1, perSecond) + perSecond · t`. */
  readonly perSecond: number;
  /** Steady time, `performance.now()` unless given. */
  readonly nowMillis?: () => number;
}

const steadyMillis = (): number => performance.now();

/** So many a second, the first that come. */
export const rateLimitedSampler = ({ perSecond, nowMillis = steadyMillis }: RateLimit): Sampler =>
  samplerOf(`RateLimited{${perSecond}}`, createTokenBucket({ perSecond, nowMillis }));

export interface AdaptiveTarget {
  readonly targetPerSecond: number;
  /** Default 1. */
  readonly maxRatio?: number;
  /** Steady time, `performance.now()` unless given. */
  readonly nowMillis?: () => number;
}

/** A share that follows the load, so that about `targetPerSecond` are left. See {@link createAdaptiveTest}. */
export const adaptiveSampler = ({
  targetPerSecond,
  maxRatio = 1,
  nowMillis = steadyMillis,
}: AdaptiveTarget): Sampler => {
  const { isSampled, ratio } = createAdaptiveTest({ targetPerSecond, maxRatio, nowMillis });
  let of = 1;
  let sampled = SAMPLED;
  return samplerOf(`Adaptive{${targetPerSecond}}`, isSampled, () => {
    const now = ratio();
    if (now !== of) {
      of = now;
      sampled = sampledWith(roundedWeight(weightOfRatio(now)));
    }
    return sampled;
  });
};

/** A span with a parent follows it; `root` decides for traces that begin here. */
export const parentBasedSampler = (root: Sampler): Sampler => ({
  shouldSample(context, traceId, name, kind, attributes, links) {
    const parent = trace.getSpanContext(context);
    // A tracer gives a span the trace id of its parent only where the parent is valid.
    if (parent?.traceId !== traceId) return root.shouldSample(context, traceId, name, kind, attributes, links);
    return (parent.traceFlags & 1) === 1 ? SAMPLED : LEFT_OUT;
  },
  toString: () => `ParentBased{${root.toString()}}`,
});
