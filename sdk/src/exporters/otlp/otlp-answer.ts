import { MalformedProtobuf, readEnd, readVarint, skipField, type WireCursor } from 'noveum-proto/otlp';

const PARTIAL_SUCCESS = 10;
const REJECTED_SPANS = 8;

const rejectedIn = (cursor: WireCursor, end: number): number => {
  let rejected = 0;
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (tag === REJECTED_SPANS) rejected = readVarint(cursor, end);
    else skipField(cursor, tag & 7, end);
  }
  return rejected;
};

const rejectedOfProtobuf = (bytes: Uint8Array): number => {
  const cursor: WireCursor = { bytes, at: 0 };
  let rejected = 0;
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor, bytes.length);
    if (tag === PARTIAL_SUCCESS) rejected = rejectedIn(cursor, readEnd(cursor, bytes.length));
    else skipField(cursor, tag & 7, bytes.length);
  }
  return rejected;
};

const rejectedOfJson = (bytes: Uint8Array): number => {
  const answer = JSON.parse(new TextDecoder().decode(bytes)) as {
    readonly partialSuccess?: { readonly rejectedSpans?: unknown };
  } | null;
  return Number(answer?.partialSuccess?.rejectedSpans ?? 0);
};

/**
 * How many spans an ExportTraceServiceResponse says were refused (OTLP specification, "Partial Success"). An answer
 * that can't be read refuses none: its status has said that it was taken.
 */
export const rejectedSpansOf = (body: Uint8Array, isJson: boolean, spanCount: number): number => {
  if (body.length === 0) return 0;
  try {
    const rejected = isJson ? rejectedOfJson(body) : rejectedOfProtobuf(body);
    return Number.isSafeInteger(rejected) && rejected > 0 ? Math.min(rejected, spanCount) : 0;
  } catch (error) {
    if (error instanceof MalformedProtobuf || error instanceof SyntaxError) return 0;
    throw error;
  }
};
