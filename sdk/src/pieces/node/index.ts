export { NoveumSpanExporter } from './noveum-span-exporter.js';
export { NoveumSpanProcessor } from './noveum-span-processor.js';
