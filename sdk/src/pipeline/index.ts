export { buildPipeline, type PipelineParts } from './build-pipeline.js';
export type { ElasticsearchWires, SpoolOptions, Wires } from './wires.js';
