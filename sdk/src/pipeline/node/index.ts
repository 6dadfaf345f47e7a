export { buildNodePipeline } from './node-pipeline.js';
