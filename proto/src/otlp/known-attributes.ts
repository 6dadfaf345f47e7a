import { readEnd, readFixed, readVarint, skipField, type WireCursor } from './wire.js';
import { createTextReader, type TextReader } from './text-reader.js';

/** Stands for a value that is there but is none of these: a map, bytes, a mixed list, an int beyond 2^53, a very long text. */
export const COMPLEX_VALUE = Symbol('complex value');

export type KnownValue = string | number | boolean | readonly string[] | typeof COMPLEX_VALUE | undefined;

/**
 * Picks the values of a few known keys out of KeyValue messages, by slot, and leaves all others as bytes. A key that
 * ends with `*` stands for all that begin so and are none of the others; of several the last counts.
 */
export interface KnownAttributes {
  /**
   * Reads one KeyValue (its content runs from the cursor to `end`), sets `values[slot]` where its key is known, and
   * returns the slot; -1: it isn't, or has no value.
   * Key and value come in either order: the Go collector's pdata writes the value first.
   */
  read(cursor: WireCursor, end: number, values: KnownValue[]): number;
  readonly slots: number;
  readonly text: TextReader;
}

interface KnownKey {
  readonly slot: number;
  readonly bytes: Uint8Array;
}

const MAX_LIST_VALUES = 1000;
/** Of a table of keys; a power of two. */
const PLACES = 1024;
const MAX_TEXT_BYTES = 1024 * 1024;
const INT_RANGE = 2 ** 64;

export const createKnownAttributes = (keys: readonly string[]): KnownAttributes => {
  const encoder = new TextEncoder();
  const text = createTextReader();
  const doubles = new DataView(new ArrayBuffer(8));
  /** One of some two hundred keys, for every attribute of every span: length and three bytes leave one candidate or two. */
  const placeOf = (bytes: Uint8Array, start: number, length: number): number =>
    (Math.imul(length, 31) ^
      ((bytes[start + length - 1] as number) << 3) ^
      ((bytes[start + (length >> 1)] as number) << 1) ^
      (bytes[start + (length >> 2)] as number)) &
    (PLACES - 1);

  const keysByPlace: (KnownKey[] | undefined)[] = new Array<KnownKey[] | undefined>(PLACES).fill(undefined);
  const prefixes: KnownKey[] = [];
  keys.forEach((key, slot) => {
    if (key.endsWith('*')) {
      prefixes.push({ slot, bytes: encoder.encode(key.slice(0, -1)) });
      return;
    }
    const bytes = encoder.encode(key);
    (keysByPlace[placeOf(bytes, 0, bytes.length)] ??= []).push({ slot, bytes });
  });

  const slotOfPrefix = (bytes: Uint8Array, start: number, length: number): number => {
    for (const { bytes: prefix, slot } of prefixes) {
      // The first letter is another for nearly all keys.
      if (length <= prefix.length || bytes[start] !== prefix[0]) continue;
      let i = prefix.length - 1;
      while (i > 0 && bytes[start + i] === prefix[i]) i--;
      if (i === 0) return slot;
    }
    return -1;
  };

  const slotOf = (bytes: Uint8Array, start: number, length: number): number => {
    const candidates = length === 0 ? undefined : keysByPlace[placeOf(bytes, start, length)];
    if (candidates === undefined) return slotOfPrefix(bytes, start, length);
    for (const candidate of candidates) {
      if (candidate.bytes.length !== length) continue;
      let i = length - 1;
      while (i >= 0 && bytes[start + i] === candidate.bytes[i]) i--;
      if (i < 0) return candidate.slot;
    }
    return slotOfPrefix(bytes, start, length);
  };

  const readDouble = (cursor: WireCursor, end: number): number => {
    const place = readFixed(cursor, 8, end);
    for (let i = 0; i < 8; i++) doubles.setUint8(i, cursor.bytes[place + i] as number);
    return doubles.getFloat64(0, true);
  };

  const readText = (cursor: WireCursor, end: number): KnownValue => {
    const textEnd = readEnd(cursor, end);
    const value = textEnd - cursor.at > MAX_TEXT_BYTES ? COMPLEX_VALUE : text.read(cursor.bytes, cursor.at, textEnd);
    cursor.at = textEnd;
    return value;
  };

  /** An int64 comes as its two's complement. */
  const readInt = (cursor: WireCursor, end: number): KnownValue => {
    const unsigned = readVarint(cursor, end);
    const value = unsigned >= INT_RANGE / 2 ? unsigned - INT_RANGE : unsigned;
    return Number.isSafeInteger(value) ? value : COMPLEX_VALUE;
  };

  const skipComplex = (cursor: WireCursor, end: number): KnownValue => {
    cursor.at = readEnd(cursor, end);
    return COMPLEX_VALUE;
  };

  const readTexts = (cursor: WireCursor, end: number): KnownValue => {
    const texts: string[] = [];
    let isMixed = false;
    const listEnd = readEnd(cursor, end);
    while (cursor.at < listEnd) {
      const tag = readVarint(cursor, listEnd);
      if (tag !== 10) {
        skipField(cursor, tag & 7, listEnd);
        continue;
      }
      const valueEnd = readEnd(cursor, listEnd);
      const value = readValue(cursor, valueEnd);
      if (typeof value === 'string' && texts.length < MAX_LIST_VALUES) texts.push(value);
      else isMixed = true;
    }
    return isMixed ? COMPLEX_VALUE : texts;
  };

  const readValue = (cursor: WireCursor, end: number): KnownValue => {
    let value: KnownValue;
    while (cursor.at < end) {
      const tag = readVarint(cursor, end);
      if (tag === 10) value = readText(cursor, end);
      else if (tag === 16) value = readVarint(cursor, end) !== 0;
      else if (tag === 24) value = readInt(cursor, end);
      else if (tag === 33) value = readDouble(cursor, end);
      else if (tag === 42) value = readTexts(cursor, end);
      else if (tag === 50 || tag === 58) value = skipComplex(cursor, end);
      else skipField(cursor, tag & 7, end);
    }
    cursor.at = end;
    return value;
  };

  return {
    slots: keys.length,
    text,
    read(cursor, end, values) {
      let slot = -1;
      let valueStart = -1;
      let valueEnd = -1;
      while (cursor.at < end) {
        const tag = readVarint(cursor, end);
        if (tag === 10) {
          const keyEnd = readEnd(cursor, end);
          slot = slotOf(cursor.bytes, cursor.at, keyEnd - cursor.at);
          if (slot < 0) break;
          cursor.at = keyEnd;
        } else if (tag === 18) {
          valueEnd = readEnd(cursor, end);
          valueStart = cursor.at;
          cursor.at = valueEnd;
        } else skipField(cursor, tag & 7, end);
      }
      if (slot < 0 || valueStart < 0) {
        cursor.at = end;
        return -1;
      }
      cursor.at = valueStart;
      values[slot] = readValue(cursor, valueEnd);
      cursor.at = end;
      return slot;
    },
  };
};
