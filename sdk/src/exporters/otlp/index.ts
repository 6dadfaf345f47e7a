export { createOtlpExporter, type OtlpExporterOptions } from './otlp-exporter.js';
