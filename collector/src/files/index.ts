export type { AppendableFile, Files, ReadableFile } from './files.js';
