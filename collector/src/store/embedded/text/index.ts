export { openTextReader, type TextReaderOptions } from './text-reader.js';
export { type EmbeddedTextWriter, openTextWriter, type TextWriterOptions } from './text-writer.js';
