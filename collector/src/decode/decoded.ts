import type { JournalRecord } from '../journal/index.js';

export interface DecodeLimits {
  readonly bodyBytes: number; // 16 MiB as sent
  readonly unpackedBytes: number; // 64 MiB
  readonly attributesPerSpan: number; // 1,000
  readonly attributeValueBytes: number; // 1 MiB: longer values are cut when the document is made, not refused
  readonly nesting: number; // 64
  readonly spanNameBytes: number; // 4 KiB
}

/** One thing that was refused, or kept but flagged. Never holds a value out of a payload. */
export interface Problem {
  /** Path of the field, e.g. `spans[0].start_time`. */
  readonly field: string;
  /** The rule, e.g. `must be an ISO 8601 timestamp`. */
  readonly issue: string;
  /** Machine name for the counter, e.g. `invalid_timestamp`. */
  readonly kind: string;
}

export interface RefusedItem extends Problem {
  readonly index: number;
  /** Native: the trace's id as sent, where it had one. */
  readonly traceId?: string;
}

/** What decode made of a body: a record for the journal and what to tell the sender. */
export interface DecodedBody {
  readonly record: Pick<JournalRecord, 'format' | 'refused' | 'body'>;
  /** Spans, log records or native traces taken. */
  readonly accepted: number;
  readonly acceptedSpans: number;
  readonly refusedItems: readonly RefusedItem[];
  /** Native: ids of the accepted traces as sent (or as made), in order; `madeIds` those the collector had to make. */
  readonly traceIds?: readonly string[];
  readonly madeIds?: readonly string[];
  /** Kept but flagged, by kind: e.g. clock skew, a cut attribute. */
  readonly flagged: Readonly<Record<string, number>>;
}

export type DecodeOutcome =
  | ({ readonly status: 'decoded' } & DecodedBody)
  | {
      readonly status: 'refused';
      readonly code: 'VALIDATION_ERROR' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE';
      readonly problem: Problem;
    };

export type BodyEncoding = 'identity' | 'gzip' | 'deflate';
/** `json` is told apart by content: `resourceSpans`, `traces`, or the compressed envelope. */
export type BodyFormat = 'otlp-protobuf' | 'json';
export type Signal = 'traces' | 'trace' | 'logs';

/**
 * Unpacks, reads and checks one body under all limits. Small bodies are done at once on the calling
 * thread; bodies over 1 MiB unpacked in a worker. Never rejects for bad input.
 */
export interface Decoder {
  decode(input: {
    readonly signal: Signal;
    readonly format: BodyFormat;
    readonly encoding: BodyEncoding;
    readonly bytes: Buffer;
  }): Promise<DecodeOutcome>;
  close(): Promise<void>;
}
