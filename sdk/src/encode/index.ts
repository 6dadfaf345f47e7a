export { type Arena, createArena, endMessage, ensureRoom, putVarint, writeCount, writeVarint } from './arena.js';
export { writeAttribute } from './attributes.js';
export { createSpanEncoder, type EncodedRequest, type SpanEncoder, type SpanEncoderOptions } from './span-encoder.js';
export { writeText } from './text.js';
