export { countIncompleteTraces } from './count-incomplete.js';
export { daysDerivedOtherwise } from './derivation.js';
export { type EmbeddedReader, openEmbeddedReader, type EmbeddedReaderOptions } from './embedded-reader.js';
export { openEmbeddedWriter, type EmbeddedWriterOptions } from './embedded-writer.js';
export { openStoredTraces, type StoredTrace, type StoredTraces } from './stored-traces.js';
export type { Retention } from './upkeep.js';
export { dayNumberOf } from './day.js';
