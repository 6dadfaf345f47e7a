export { type CostOptions, CostSpanProcessor } from './cost-span-processor.js';
export { GenAiSpanProcessor } from './gen-ai-span-processor.js';
export { RedactingSpanProcessor } from './redacting-span-processor.js';
export type { SpanRedactor } from './span-redactor.js';
