export { type CostOptions, CostSpanProcessor } from './cost-span-processor.js';
export { GenAiSpanProcessor } from './gen-ai-span-processor.js';
