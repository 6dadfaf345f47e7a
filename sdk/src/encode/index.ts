export { type Arena, createArena, ensureRoom, putVarint, writeCount } from './arena.js';
export { writeAttribute } from './attributes.js';
export { createSpanEncoder, type EncodedRequest, type SpanEncoder, type SpanEncoderOptions } from './span-encoder.js';
export { writeText } from './text.js';
