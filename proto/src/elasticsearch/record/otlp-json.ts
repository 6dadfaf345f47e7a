import { createTextReader, readEnd, readVarint, skipField, type WireCursor } from '../../otlp/index.js';
import type { JsonWriter } from './json-writer.js';

/** What only the document can tell, or would be refused under its name. */
export class NeedsDocument extends Error {}

export const needsDocument = (): never => {
  throw new NeedsDocument();
};

/** Lengths beyond which a text is cut in documents, or a name is none that can be indexed. */
export interface JsonLimits {
  readonly maxValueBytes: number;
}

/** From where JSON is made, and where it goes. */
export interface JsonOfOtlp {
  readonly out: JsonWriter;
  readonly cursor: WireCursor;
  readonly limits: JsonLimits;
}

/** The name of an attribute. */
interface Name {
  /** `"name":`. */
  readonly json: Uint8Array;
  /** Of the attributes that had it last. */
  mark: number;
}

/** Attributes that are being written: no name comes twice. */
export interface WrittenAttributes {
  readonly mark: number;
  count: number;
}

const texts = createTextReader();
const KEPT_NAMES = 10_000;
const names = new Map<string, Name>();
const FIRST_INEXACT = 2 ** 53;
const MOST_NAME_BYTES = 1_000;
let lastMark = 0;

const nameOf = (text: string): Name => {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (/^[\s\u001c-\u001f]*$/.test(text) || text === '__proto__') needsDocument();
  const name: Name = { json: Buffer.from(`${JSON.stringify(text)}:`), mark: 0 };
  names.set(text, name);
  return name;
};

/** Before each payload: between the attributes of one object no name may be forgotten. */
export const forgetManyNames = (): void => {
  if (names.size > KEPT_NAMES) names.clear();
};

export const beginAttributes = (): WrittenAttributes => ({ mark: ++lastMark, count: 0 });

/** Whether the name was not among the attributes, and is now: its value is to be written next. */
export const beginAttribute = (out: JsonWriter, attributes: WrittenAttributes, text: string): boolean => {
  const name = nameOf(text);
  if (name.mark === attributes.mark) return false;
  name.mark = attributes.mark;
  if (attributes.count++ > 0) out.ascii(',');
  out.bytes(name.json);
  return true;
};

/** A length-delimited text field as a JSON string; the cursor goes behind it. */
export const writeTextField = ({ cursor, out }: JsonOfOtlp, end: number): void => {
  const to = readEnd(cursor, end);
  out.utf8(cursor.bytes, cursor.at, to);
  cursor.at = to;
};

/** The text of a length-delimited field; the cursor goes behind it. */
export const readTextField = (cursor: WireCursor, end: number): string => {
  const to = readEnd(cursor, end);
  const text = texts.read(cursor.bytes, cursor.at, to);
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

const writeList = (json: JsonOfOtlp, end: number): void => {
  const { cursor, out } = json;
  const to = readEnd(cursor, end);
  let count = 0;
  out.ascii('[');
  while (cursor.at < to) {
    if (readVarint(cursor, to) !== 10) needsDocument();
    if (count++ > 0) out.ascii(',');
    writeValue(json, readEnd(cursor, to));
  }
  out.ascii(']');
};

const writeMap = (json: JsonOfOtlp, end: number): void => {
  const { cursor, out } = json;
  const to = readEnd(cursor, end);
  const seen = new Set<string>();
  out.ascii('{');
  while (cursor.at < to) {
    if (readVarint(cursor, to) !== 10) needsDocument();
    const pair = readPair(cursor, to);
    if (seen.has(pair.name)) needsDocument();
    if (seen.size > 0) out.ascii(',');
    seen.add(pair.name);
    out.bytes(nameOf(pair.name).json);
    writePairValue(json, pair);
  }
  out.ascii('}');
};

/** The JSON of an AnyValue, up to `end`. */
const writeValue = (json: JsonOfOtlp, end: number): void => {
  const { cursor, limits, out } = json;
  if (cursor.at >= end) {
    out.ascii('null');
    return;
  }
  const tag = readVarint(cursor, end);
  if (tag === 10) {
    const to = readEnd(cursor, end);
    if (to - cursor.at > limits.maxValueBytes) needsDocument();
    out.utf8(cursor.bytes, cursor.at, to);
    cursor.at = to;
  } else if (tag === 16) out.ascii(readVarint(cursor, end) === 0 ? 'false' : 'true');
  else if (tag === 24) out.ascii(readInt(cursor, end));
  else if (tag === 33) out.ascii(readDouble(cursor));
  else if (tag === 42) writeList(json, end);
  else if (tag === 50) writeMap(json, end);
  else needsDocument();
  if (cursor.at !== end) needsDocument();
};

interface Pair {
  name: string;
  /** -1: it has none. */
  valueStart: number;
  valueEnd: number;
  end: number;
}

/** Reads where the parts of one KeyValue are, with its length before it. */
const readPair = (cursor: WireCursor, end: number): Pair => {
  const pair: Pair = { name: '', valueStart: -1, valueEnd: -1, end: readEnd(cursor, end) };
  while (cursor.at < pair.end) {
    const tag = readVarint(cursor, pair.end);
    if (tag === 10) {
      const nameEnd = readEnd(cursor, pair.end);
      if (nameEnd - cursor.at > MOST_NAME_BYTES) needsDocument();
      pair.name = texts.read(cursor.bytes, cursor.at, nameEnd);
      cursor.at = nameEnd;
    } else if (tag === 18) {
      pair.valueEnd = readEnd(cursor, pair.end);
      pair.valueStart = cursor.at;
      cursor.at = pair.valueEnd;
    } else skipField(cursor, tag & 7, pair.end);
  }
  return pair;
};

const writePairValue = (json: JsonOfOtlp, pair: Pair): void => {
  const { cursor, out } = json;
  if (pair.valueStart < 0) out.ascii('null');
  else {
    cursor.at = pair.valueStart;
    writeValue(json, pair.valueEnd);
  }
  cursor.at = pair.end;
};

/** `"name":value` of one KeyValue, with its length before it, behind the attributes that were written before. */
export const writeAttribute = (json: JsonOfOtlp, attributes: WrittenAttributes, end: number): void => {
  const pair = readPair(json.cursor, end);
  if (!beginAttribute(json.out, attributes, pair.name)) needsDocument();
  writePairValue(json, pair);
};
