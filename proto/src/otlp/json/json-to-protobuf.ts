import { createProtoWriter } from '../proto-writer.js';
import {
  type JsonEncodeLimits,
  type JsonEncoder,
  JsonFault,
  type JsonProblem,
  type RefusedJsonItem,
} from './encoder.js';
import type { MessageContent } from './message.js';
import { logsRequest, tracesRequest } from './messages.js';

export type JsonEncodeOutcome =
  | {
      readonly status: 'encoded';
      /** Refused items are left out. */
      readonly bytes: Uint8Array;
      /** Spans or log records encoded. */
      readonly accepted: number;
      readonly refused: readonly RefusedJsonItem[];
      /** Spans with more attributes than `attributesPerSpan`: kept. */
      readonly spansWithManyAttributes: number;
    }
  /** The structure around the items is broken: nothing can be taken. */
  | { readonly status: 'refused'; readonly problem: JsonProblem };

const FIRST_BUFFER_BYTES = 256 * 1024;

const createEncode =
  (content: MessageContent) =>
  (value: unknown, limits: JsonEncodeLimits): JsonEncodeOutcome => {
    const out = createProtoWriter(FIRST_BUFFER_BYTES);
    const refused: RefusedJsonItem[] = [];
    const encoder: JsonEncoder = { out, path: [], limits, refused, items: 0, spansWithManyAttributes: 0, depth: 0 };
    try {
      content(encoder, value);
    } catch (fault) {
      if (fault instanceof JsonFault) return { status: 'refused', problem: fault.problem };
      throw fault;
    }
    const { items, spansWithManyAttributes } = encoder;
    return { status: 'encoded', bytes: out.take(), accepted: items - refused.length, refused, spansWithManyAttributes };
  };

/**
 * Encodes a parsed OTLP/JSON trace request as ExportTraceServiceRequest protobuf. Parse with `parseExact`, so that
 * integers beyond 2^53 stay what they are. Takes hex ids of any case, 64-bit integers as string or number, enums as
 * name or number, both field spellings, missing values and nulls; ignores unknown fields. Never throws for bad input.
 */
export const encodeTracesJson = createEncode(tracesRequest);

/** As `encodeTracesJson`, for an ExportLogsServiceRequest. Records without a trace id are refused. */
export const encodeLogsJson = createEncode(logsRequest);
