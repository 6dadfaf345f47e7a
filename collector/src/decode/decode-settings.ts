import type { BodyEncoding, BodyFormat, DecodeLimits, Signal } from './decoded.js';
import type { CheckTrace } from './native/check-trace.js';

export interface DecodeInput {
  readonly signal: Signal;
  readonly format: BodyFormat;
  readonly encoding: BodyEncoding;
  readonly bytes: Buffer;
}

export interface DecodeSettings {
  readonly limits: DecodeLimits;
  readonly checkTrace: CheckTrace;
  readonly newTraceId: () => string;
  readonly nowMillis: number;
  /** Where more would be unpacked than this, decoding ends and says so. */
  readonly unpackUpToBytes: number;
}
