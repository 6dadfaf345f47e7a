export { createConsoleExporter, type ConsoleExporterOptions } from './console-exporter.js';
