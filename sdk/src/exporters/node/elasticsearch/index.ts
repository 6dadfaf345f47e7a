export { createElasticsearchExporter, type ElasticsearchExporterOptions } from './elasticsearch-exporter.js';
