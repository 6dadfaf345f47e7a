export type { ExportBatch, Exporter, ExportOutcome } from './exporter.js';
