export { createDiskFiles } from './disk-files.js';
export type { AppendableFile, Files, ReadableFile } from './files.js';
