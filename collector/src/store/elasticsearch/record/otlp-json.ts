import { createTextReader, readEnd, readVarint, skipField, type WireCursor } from 'noveum-proto';

/** What only the document can tell, or would be refused under its name. */
export class NeedsDocument extends Error {}

const needsDocument = (): never => {
  throw new NeedsDocument();
};

/** Lengths beyond which a text is cut in documents, or a name is none that can be indexed. */
export interface JsonLimits {
  readonly maxValueBytes: number;
}

const keys = createTextReader();
const KEPT_NAMES = 10_000;
let namesJson = new Map<string, string>();
const FIRST_INEXACT = 2 ** 53;
const MOST_NAME_BYTES = 1_000;

/** `"name":`. */
const nameJson = (name: string): string => {
  const known = namesJson.get(name);
  if (known !== undefined) return known;
  if (/^[\s\u001c-\u001f]*$/.test(name) || name === '__proto__') needsDocument();
  if (namesJson.size >= KEPT_NAMES) namesJson = new Map();
  const json = `${JSON.stringify(name)}:`;
  namesJson.set(name, json);
  return json;
};

const textAt = (cursor: WireCursor, from: number, to: number): string => {
  const { buffer, byteOffset } = cursor.bytes;
  return Buffer.from(buffer, byteOffset + from, to - from).toString('utf8');
};

/** The text of a length-delimited field; the cursor goes behind it. */
export const readTextField = (cursor: WireCursor, end: number): string => {
  const to = readEnd(cursor, end);
  const text = textAt(cursor, cursor.at, to);
  cursor.at = to;
  return text;
};

const doubles = new DataView(new ArrayBuffer(8));

const readDouble = (cursor: WireCursor): string => {
  for (let at = 0; at < 8; at++) doubles.setUint8(at, cursor.bytes[cursor.at + at] as number);
  cursor.at += 8;
  const value = doubles.getFloat64(0, true);
  return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : needsDocument();
};

const readInt = (cursor: WireCursor, end: number): string => {
  const value = readVarint(cursor, end);
  return value < FIRST_INEXACT ? String(value) : needsDocument();
};

const readList = (cursor: WireCursor, end: number, limits: JsonLimits): string => {
  const to = readEnd(cursor, end);
  let json = '';
  while (cursor.at < to) {
    if (readVarint(cursor, to) !== 10) needsDocument();
    json += `${json === '' ? '' : ','}${readValue(cursor, readEnd(cursor, to), limits)}`;
  }
  return `[${json}]`;
};

const readMap = (cursor: WireCursor, end: number, limits: JsonLimits): string => {
  const to = readEnd(cursor, end);
  const seen = new Set<string>();
  let json = '';
  while (cursor.at < to) {
    if (readVarint(cursor, to) !== 10) needsDocument();
    json += `${json === '' ? '' : ','}${readPair(cursor, to, seen, limits)}`;
  }
  return `{${json}}`;
};

/** The JSON of an AnyValue, up to `end`. */
const readValue = (cursor: WireCursor, end: number, limits: JsonLimits): string => {
  if (cursor.at >= end) return 'null';
  const tag = readVarint(cursor, end);
  let json = '';
  if (tag === 10) {
    const to = readEnd(cursor, end);
    if (to - cursor.at > limits.maxValueBytes) needsDocument();
    json = JSON.stringify(textAt(cursor, cursor.at, to));
    cursor.at = to;
  } else if (tag === 16) json = readVarint(cursor, end) === 0 ? 'false' : 'true';
  else if (tag === 24) json = readInt(cursor, end);
  else if (tag === 33) json = readDouble(cursor);
  else if (tag === 42) json = readList(cursor, end, limits);
  else if (tag === 50) json = readMap(cursor, end, limits);
  else needsDocument();
  return cursor.at === end ? json : needsDocument();
};

/** `"name":value` of one KeyValue, with its length before it, whose name is none of `seen`. */
export const readPair = (cursor: WireCursor, end: number, seen: Set<string>, limits: JsonLimits): string => {
  const to = readEnd(cursor, end);
  let name = '';
  let valueStart = -1;
  let valueEnd = -1;
  while (cursor.at < to) {
    const tag = readVarint(cursor, to);
    if (tag === 10) {
      const nameEnd = readEnd(cursor, to);
      if (nameEnd - cursor.at > MOST_NAME_BYTES) needsDocument();
      name = keys.read(cursor.bytes, cursor.at, nameEnd);
      cursor.at = nameEnd;
    } else if (tag === 18) {
      valueEnd = readEnd(cursor, to);
      valueStart = cursor.at;
      cursor.at = valueEnd;
    } else skipField(cursor, tag & 7, to);
  }
  if (seen.has(name)) needsDocument();
  seen.add(name);
  const before = nameJson(name);
  if (valueStart < 0) return `${before}null`;
  cursor.at = valueStart;
  const value = readValue(cursor, valueEnd, limits);
  cursor.at = to;
  return before + value;
};
