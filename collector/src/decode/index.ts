export type {
  BodyEncoding,
  BodyFormat,
  DecodedBody,
  DecodeLimits,
  DecodeOutcome,
  Decoder,
  Problem,
  RefusedItem,
  Signal,
} from './decoded.js';
export { createDecoder, type DecoderOptions } from './decoder.js';
export { splitNative, type NativeTraceSlice } from './split-native.js';
