import { MalformedProtobuf, readEnd, readVarint, skipField, type TextReader, type WireCursor } from '../otlp/index.js';

import { eachField } from './workspace.js';

/** A value of an attribute. A map is an object, an empty value null; integers beyond 2^53 are the nearest number. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** Deeper than any encoder of ours goes; without it a few kilobytes could exhaust the stack. */
export const MAX_VALUE_LEVELS = 64;

/** An int64, two's complement. */
export const readBigInt64 = (bytes: Uint8Array, start: number, end: number): bigint => {
  let exact = 0n;
  for (let at = end - 1; at >= start; at--) exact = (exact << 7n) | BigInt((bytes[at] as number) & 127);
  return BigInt.asIntN(64, exact);
};

/** An int64 as the nearest double. */
export const readInt64 = (bytes: Uint8Array, start: number, end: number): number => {
  const plain = readVarint({ bytes, at: start }, end);
  return plain <= Number.MAX_SAFE_INTEGER ? plain : Number(readBigInt64(bytes, start, end));
};

export const readDouble = (bytes: Uint8Array, start: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset + start, 8).getFloat64(0, true);

/** Throws MalformedProtobuf beyond the limit. */
export const goDeeper = (levels: number): number => {
  if (levels === 0) throw new MalformedProtobuf('an attribute value is nested deeper than the limit');
  return levels - 1;
};

const readArray = (bytes: Uint8Array, from: number, to: number, text: TextReader, levels: number): AttributeValue[] => {
  const values: AttributeValue[] = [];
  eachField(bytes, from, to, (tag, _start, content, end) => {
    if (tag === 10) values.push(readAnyValue(bytes, content, end, text, levels));
  });
  return values;
};

/** Calls back with the key and where the value is; nothing but the key: an empty value. */
export const readKeyValue = (
  bytes: Uint8Array,
  from: number,
  to: number,
  text: TextReader,
  visit: (key: string, start: number, end: number) => void,
): void => {
  let key = '';
  let valueStart = to;
  let valueEnd = to;
  const cursor: WireCursor = { bytes, at: from };
  while (cursor.at < to) {
    const tag = readVarint(cursor, to);
    if (tag !== 10 && tag !== 18) {
      skipField(cursor, tag & 7, to);
      continue;
    }
    const end = readEnd(cursor, to);
    if (tag === 10) key = text.read(bytes, cursor.at, end);
    else {
      valueStart = cursor.at;
      valueEnd = end;
    }
    cursor.at = end;
  }
  visit(key, valueStart, valueEnd);
};

const readMap = (bytes: Uint8Array, from: number, to: number, text: TextReader, levels: number): AttributeValue => {
  const entries: [string, AttributeValue][] = [];
  eachField(bytes, from, to, (tag, _start, content, end) => {
    if (tag !== 10) return;
    readKeyValue(bytes, content, end, text, (key, start, valueEnd) => {
      entries.push([key, readAnyValue(bytes, start, valueEnd, text, levels)]);
    });
  });
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(entries);
};

/** Reads the content of an AnyValue. Throws MalformedProtobuf. */
export const readAnyValue = (
  bytes: Uint8Array,
  from: number,
  to: number,
  text: TextReader,
  levels = MAX_VALUE_LEVELS,
): AttributeValue => {
  let value: AttributeValue = null;
  const cursor: WireCursor = { bytes, at: from };
  while (cursor.at < to) {
    const tag = readVarint(cursor, to);
    if (tag === 10 || tag === 42 || tag === 50 || tag === 58) {
      const end = readEnd(cursor, to);
      const start = cursor.at;
      if (tag === 10) value = text.read(bytes, start, end);
      else if (tag === 42) value = readArray(bytes, start, end, text, goDeeper(levels));
      else if (tag === 50) value = readMap(bytes, start, end, text, goDeeper(levels));
      else value = bytes.slice(start, end);
      cursor.at = end;
      continue;
    }
    const start = cursor.at;
    skipField(cursor, tag & 7, to);
    if (tag === 16) value = readInt64(bytes, start, cursor.at) !== 0;
    else if (tag === 24) value = readInt64(bytes, start, cursor.at);
    else if (tag === 33) value = readDouble(bytes, start);
  }
  return value;
};
