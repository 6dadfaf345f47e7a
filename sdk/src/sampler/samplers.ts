import { trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';

import { createAdaptiveTest } from './adaptive-ratio.js';
import { createTokenBucket } from './token-bucket.js';
import { createRatioTest } from './trace-id-ratio.js';

/** Shared by all decisions: a span that is left out costs no object. */
const SAMPLED: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED });
const LEFT_OUT: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

const samplerOf = (name: string, isSampled: (traceId: string) => boolean): Sampler => ({
  shouldSample: (_context, traceId) => (isSampled(traceId) ? SAMPLED : LEFT_OUT),
  toString: () => name,
});

/** A share of all traces from 0 to 1, by trace id: services with the same ratio take the same traces. */
export const ratioSampler = (ratio: number): Sampler => samplerOf(`Ratio{${ratio}}`, createRatioTest(ratio));

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
export const adaptiveSampler = ({ targetPerSecond, maxRatio = 1, nowMillis = steadyMillis }: AdaptiveTarget): Sampler =>
  samplerOf(`Adaptive{${targetPerSecond}}`, createAdaptiveTest({ targetPerSecond, maxRatio, nowMillis }));

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
