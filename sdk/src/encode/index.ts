export { createSpanEncoder, type EncodedRequest, type SpanEncoder, type SpanEncoderOptions } from './span-encoder.js';
