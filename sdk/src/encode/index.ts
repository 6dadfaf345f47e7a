export { type BufferPool, createBufferPool } from './buffer-pool.js';
export { PLAIN_SPAN } from './plain-span.js';
export { createSpanEncoder, type EncodedRequest, type SpanEncoder, type SpanEncoderOptions } from './span-encoder.js';
