import { readEnd, readFixed, readVarint, readVarint64, skipField, type WireCursor } from '../otlp/index.js';
import { cutText } from './cut-text.js';
import type { Json } from './types.js';
import { forget, pointerOf, type ValueNotes } from './value-types.js';

/** Broken UTF-8 becomes U+FFFD; a byte order mark is a character like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const readText = (cursor: WireCursor, end: number): string => {
  const textEnd = readEnd(cursor, end);
  const text = decoder.decode(cursor.bytes.subarray(cursor.at, textEnd));
  cursor.at = textEnd;
  return text;
};

const base64 = (bytes: Uint8Array): string => {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
};

const readInt = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): Json => {
  const value = BigInt.asIntN(64, readVarint64(cursor, end));
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  notes.types[pointer] = 'int';
  return String(value);
};

const readDouble = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): Json => {
  const place = readFixed(cursor, 8, end);
  const view = new DataView(cursor.bytes.buffer, cursor.bytes.byteOffset + place, 8);
  const value = view.getFloat64(0, true);
  if (!Number.isInteger(value) && Number.isFinite(value)) return value;
  notes.types[pointer] = 'double';
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
};

const readBytes = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): Json => {
  const bytesEnd = readEnd(cursor, end);
  const keptEnd = Math.min(bytesEnd, cursor.at + notes.maxValueBytes);
  const text = base64(cursor.bytes.subarray(cursor.at, keptEnd));
  if (keptEnd < bytesEnd) notes.cut.add(pointer);
  cursor.at = bytesEnd;
  notes.types[pointer] = 'bytes';
  return text;
};

const readList = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): Json[] => {
  const list: Json[] = [];
  const listEnd = readEnd(cursor, end);
  while (cursor.at < listEnd) {
    const tag = readVarint(cursor, listEnd);
    if (tag === 10) list.push(readValue(cursor, readEnd(cursor, listEnd), pointerOf(pointer, list.length), notes));
    else skipField(cursor, tag & 7, listEnd);
  }
  return list;
};

const readMap = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): Record<string, Json> => {
  const map: Record<string, Json> = {};
  const mapEnd = readEnd(cursor, end);
  while (cursor.at < mapEnd) {
    const tag = readVarint(cursor, mapEnd);
    if (tag === 10) readKeyValue(cursor, mapEnd, map, pointer, notes);
    else skipField(cursor, tag & 7, mapEnd);
  }
  return map;
};

/** AnyValue; the last of several set fields counts. */
export const readValue = (cursor: WireCursor, end: number, pointer: string, notes: ValueNotes): Json => {
  let value: Json = null;
  while (cursor.at < end) {
    const tag = readVarint(cursor, end);
    if (value !== null) forget(notes, pointer);
    if (tag === 10) value = cutText(readText(cursor, end), pointer, notes);
    else if (tag === 16) value = readVarint(cursor, end) !== 0;
    else if (tag === 24) value = readInt(cursor, end, pointer, notes);
    else if (tag === 33) value = readDouble(cursor, end, pointer, notes);
    else if (tag === 42) value = readList(cursor, end, pointer, notes);
    else if (tag === 50) value = readMap(cursor, end, pointer, notes);
    else if (tag === 58) value = readBytes(cursor, end, pointer, notes);
    else skipField(cursor, tag & 7, end);
  }
  return value;
};

const define = (map: Record<string, Json>, key: string, value: Json): void => {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
};

/** One length-delimited KeyValue, key and value in either order; the last of a repeated key wins. */
export const readKeyValue = (
  cursor: WireCursor,
  end: number,
  into: Record<string, Json>,
  pointer: string,
  notes: ValueNotes,
): void => {
  const pairEnd = readEnd(cursor, end);
  let key = '';
  let valueStart = -1;
  let valueEnd = -1;
  while (cursor.at < pairEnd) {
    const tag = readVarint(cursor, pairEnd);
    if (tag === 10) key = readText(cursor, pairEnd);
    else if (tag === 18) {
      valueEnd = readEnd(cursor, pairEnd);
      valueStart = cursor.at;
      cursor.at = valueEnd;
    } else skipField(cursor, tag & 7, pairEnd);
  }
  const place = pointerOf(pointer, key);
  if (Object.hasOwn(into, key)) forget(notes, place);
  if (valueStart < 0) define(into, key, null);
  else {
    cursor.at = valueStart;
    define(into, key, readValue(cursor, valueEnd, place, notes));
  }
  cursor.at = pairEnd;
};
