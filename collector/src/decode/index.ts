export type { BodyEncoding, BodyFormat, DecodedBody, DecodeLimits, DecodeOutcome, Decoder, Problem, RefusedItem, Signal } from './decoded.js';
