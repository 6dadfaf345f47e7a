import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';

import type { ResolvedSampling } from '../options/index.js';
import { adaptiveSampler, parentBasedSampler, rateLimitedSampler, ratioSampler } from './samplers.js';

export interface SamplerWorld {
  /** Steady time. */
  readonly nowMillis: () => number;
  /** True where a keep-rule chooses at the end of a trace: what is left out here is recorded for it. */
  readonly recordsUnsampled: boolean;
  /** Once for every span that is not recorded. */
  readonly onSampledOut: () => void;
}

export interface ReplaceableSampler extends Sampler {
  /** From the next span on. Rates begin anew. */
  replace(sampling: ResolvedSampling): void;
}

const RECORDED: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD });

const both = (first: Sampler, second: Sampler): Sampler => ({
  shouldSample(...asked) {
    const result = first.shouldSample(...asked);
    if (result.decision !== SamplingDecision.RECORD_AND_SAMPLED) return result;
    const also = second.shouldSample(...asked);
    return also.decision === SamplingDecision.RECORD_AND_SAMPLED ? result : also;
  },
  toString: () => `${first.toString()},${second.toString()}`,
});

const rootOf = ({ ratio, rateLimit, targetPerSecond }: ResolvedSampling, nowMillis: () => number): Sampler => {
  if (targetPerSecond !== null) return adaptiveSampler({ targetPerSecond, maxRatio: ratio, nowMillis });
  if (rateLimit === null) return ratioSampler(ratio);
  const limited = rateLimitedSampler({ perSecond: rateLimit, nowMillis });
  return ratio >= 1 ? limited : both(ratioSampler(ratio), limited);
};

/** The sampler that the options describe; it can be told others while spans are made. */
export const createSampler = (sampling: ResolvedSampling, world: SamplerWorld): ReplaceableSampler => {
  const { nowMillis, recordsUnsampled, onSampledOut } = world;
  const build = (wanted: ResolvedSampling): Sampler => {
    const root = rootOf(wanted, nowMillis);
    return wanted.parentBased ? parentBasedSampler(root) : root;
  };
  let current = build(sampling);
  return {
    shouldSample(context, traceId, name, kind, attributes, links) {
      const result = current.shouldSample(context, traceId, name, kind, attributes, links);
      if (result.decision !== SamplingDecision.NOT_RECORD) return result;
      if (recordsUnsampled) return RECORDED;
      onSampledOut();
      return result;
    },
    toString: () => `Noveum{${current.toString()}}`,
    replace: (wanted) => {
      current = build(wanted);
    },
  };
};
