import { readEnd, readFixed, readUint32, readVarint, skipField, type WireCursor } from '../otlp/index.js';

/** By tag: what reads a field's content, up to the end of the message that it lies in. */
type Fields = Record<number, (end: number) => void>;

/** Calls the reader of each known field (by tag); all else is skipped. */
export const readMessage = (cursor: WireCursor, end: number, fields: Fields): void => {
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    const read = fields[tag];
    if (read === undefined) skipField(cursor, tag & 7, end);
    else read(end);
  }
};

export const readHex = (cursor: WireCursor, end: number): string => {
  const idEnd = readEnd(cursor, end);
  let hex = '';
  for (; cursor.at < idEnd; cursor.at++) hex += (cursor.bytes[cursor.at] as number).toString(16).padStart(2, '0');
  return hex;
};

export const readFixed64 = (cursor: WireCursor, end: number): bigint => {
  const place = readFixed(cursor, 8, end);
  return (BigInt(readUint32(cursor.bytes, place + 4)) << 32n) | BigInt(readUint32(cursor.bytes, place));
};

export const readFixed32 = (cursor: WireCursor, end: number): number =>
  readUint32(cursor.bytes, readFixed(cursor, 4, end));

/** Counts and flags of zero are not sent, and not shown. */
export const counted = (name: string, count: number): Record<string, number> => (count === 0 ? {} : { [name]: count });
