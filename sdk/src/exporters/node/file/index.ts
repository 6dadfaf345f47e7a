export { createFileExporter, type FileExporterOptions } from './file-exporter.js';
export { type LineFiles, nodeLineFiles } from './rotating-file.js';
