export { createChangeNotes, type ToldChanges } from './told-changes.js';
export { createTraceStream, type TraceStream } from './trace-stream.js';
