export { COPIED_POSITION, forgetIndexPosition, readIndexPosition } from './index-position.js';
export { listTextDays } from './list-text-days.js';
export { type EmbeddedTextReader, openTextReader, type TextReaderOptions } from './text-reader.js';
export { type EmbeddedTextWriter, openTextWriter, type TextWriterOptions } from './text-writer.js';
