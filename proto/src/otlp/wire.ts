/** Protobuf wire reading (https://protobuf.dev/programming-guides/encoding/) over one buffer at a time. */

export class MalformedProtobuf extends Error {
  readonly rule: string;
  constructor(rule: string) {
    super(`malformed protobuf: ${rule}`);
    this.rule = rule;
  }
}

/** A cursor over `bytes`; every read is checked against `end`, the end of the message being read. */
export interface WireCursor {
  bytes: Uint8Array;
  at: number;
}

const malformed = (rule: string): never => {
  throw new MalformedProtobuf(rule);
};

/** Reads a varint of up to 64 bits as a double: exact up to 2^53, which lengths, tags and enums never pass. */
export const readVarint = (cursor: WireCursor, end: number): number => {
  const { bytes } = cursor;
  let at = cursor.at;
  if (at >= end) malformed('a varint ends after its message');
  let byte = bytes[at++] as number;
  if (byte < 128) {
    cursor.at = at;
    return byte;
  }
  let value = byte & 127;
  let scale = 128;
  for (let read = 1; ; read++) {
    if (at >= end) malformed('a varint ends after its message');
    if (read === 10) malformed('a varint has more than 10 bytes');
    byte = bytes[at++] as number;
    value += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
  }
  cursor.at = at;
  return value;
};

/** Reads a varint exactly, as an unsigned 64-bit number. */
export const readVarint64 = (cursor: WireCursor, end: number): bigint => {
  const start = cursor.at;
  const value = readVarint(cursor, end);
  if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
  let exact = 0n;
  for (let at = cursor.at - 1; at >= start; at--) exact = (exact << 7n) | BigInt((cursor.bytes[at] as number) & 127);
  return BigInt.asUintN(64, exact);
};

/** Reads a length and checks that so many bytes are left; the cursor stands at the content. Returns the content's end. */
export const readEnd = (cursor: WireCursor, end: number): number => {
  const contentEnd = readVarint(cursor, end) + cursor.at;
  if (contentEnd > end) malformed('a length goes beyond its message');
  return contentEnd;
};

export const skipField = (cursor: WireCursor, wireType: number, end: number): void => {
  switch (wireType) {
    case 0:
      readVarint(cursor, end);
      break;
    case 1:
      cursor.at += 8;
      break;
    case 2:
      cursor.at = readEnd(cursor, end);
      break;
    case 5:
      cursor.at += 4;
      break;
    default:
      malformed('a field has a wire type that OTLP does not use');
  }
  if (cursor.at > end) malformed('a field goes beyond its message');
};

export const readUint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;

/** Checks that a fixed-width field of `width` bytes lies inside the message, and steps over it. Returns its place. */
export const readFixed = (cursor: WireCursor, width: number, end: number): number => {
  const place = cursor.at;
  cursor.at += width;
  if (cursor.at > end) malformed('a fixed-width field goes beyond its message');
  return place;
};
