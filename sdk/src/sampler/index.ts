export { createSampler, type ReplaceableSampler, type SamplerWorld } from './create-sampler.js';
export {
  adaptiveSampler,
  type AdaptiveTarget,
  parentBasedSampler,
  type RateLimit,
  rateLimitedSampler,
  ratioSampler,
} from './samplers.js';
export { createRatioTest } from './trace-id-ratio.js';
export { SAMPLE_WEIGHT, weightOfRatio } from './sample-weight.js';
