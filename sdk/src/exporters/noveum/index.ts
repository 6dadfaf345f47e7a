export { createNoveumExporter, type NoveumExporterOptions } from './noveum-exporter.js';
