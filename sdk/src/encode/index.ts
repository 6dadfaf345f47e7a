export { type BufferPool, createBufferPool } from './buffer-pool.js';
export { createSpanEncoder, type EncodedRequest, type SpanEncoder, type SpanEncoderOptions } from './span-encoder.js';
