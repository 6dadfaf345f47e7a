export type { Delivery, EncodedRequest, Pipeline } from './delivery.js';
export { deferredPipeline } from './deferred-pipeline.js';
export { inlineDelivery } from './inline-delivery.js';
export type { FromThread, PipelineThread, Port, ToThread } from './messages.js';
export { type HostLink, servePipeline } from './serve-pipeline.js';
export { threadDelivery } from './thread-delivery.js';
