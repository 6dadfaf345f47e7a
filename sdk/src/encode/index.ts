export { type Arena, beginMessage, createArena, endMessage, ensureRoom, putVarint, writeCount } from './arena.js';
export { encodedKey, writeAttribute } from './attributes.js';
export { createSpanEncoder, type EncodedRequest, type SpanEncoder, type SpanEncoderOptions } from './span-encoder.js';
export { writeText } from './text.js';
