import { readEnd, readFixed, readVarint, skipField, type WireCursor } from './wire.js';
import { createTextReader, type TextReader } from './text-reader.js';

export type KnownValue = string | number | boolean | readonly string[] | undefined;

/** Picks the values of a few known keys out of KeyValue messages, by slot, and leaves all others as bytes. */
export interface KnownAttributes {
  /**
   * Reads one KeyValue (its content runs from the cursor to `end`) and sets `values[slot]` where its key is known.
   * Key and value come in either order: the Go collector's pdata writes the value first.
   */
  read(cursor: WireCursor, end: number, values: KnownValue[]): void;
  readonly slots: number;
  readonly text: TextReader;
}

interface KnownKey {
  readonly slot: number;
  readonly bytes: Uint8Array;
}

const MAX_LIST_VALUES = 1000;

export const createKnownAttributes = (keys: readonly string[]): KnownAttributes => {
  const encoder = new TextEncoder();
  const text = createTextReader();
  const keysByLength: (KnownKey[] | undefined)[] = [];
  const doubles = new DataView(new ArrayBuffer(8));
  keys.forEach((key, slot) => {
    const bytes = encoder.encode(key);
    (keysByLength[bytes.length] ??= []).push({ slot, bytes });
  });

  const slotOf = (bytes: Uint8Array, start: number, length: number): number => {
    const candidates = keysByLength[length];
    if (candidates === undefined) return -1;
    for (const candidate of candidates) {
      let i = length - 1;
      while (i >= 0 && bytes[start + i] === candidate.bytes[i]) i--;
      if (i < 0) return candidate.slot;
    }
    return -1;
  };

  const readDouble = (cursor: WireCursor, end: number): number => {
    const place = readFixed(cursor, 8, end);
    for (let i = 0; i < 8; i++) doubles.setUint8(i, cursor.bytes[place + i] as number);
    return doubles.getFloat64(0, true);
  };

  const readText = (cursor: WireCursor, end: number): string => {
    const textEnd = readEnd(cursor, end);
    const value = text.read(cursor.bytes, cursor.at, textEnd);
    cursor.at = textEnd;
    return value;
  };

  const readTexts = (cursor: WireCursor, end: number): string[] => {
    const texts: string[] = [];
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
    }
    return texts;
  };

  const readValue = (cursor: WireCursor, end: number): KnownValue => {
    let value: KnownValue;
    while (cursor.at < end) {
      const tag = readVarint(cursor, end);
      if (tag === 10) value = readText(cursor, end);
      else if (tag === 16) value = readVarint(cursor, end) !== 0;
      else if (tag === 24) value = readVarint(cursor, end);
      else if (tag === 33) value = readDouble(cursor, end);
      else if (tag === 42) value = readTexts(cursor, end);
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
      if (slot >= 0 && valueStart >= 0) {
        cursor.at = valueStart;
        values[slot] = readValue(cursor, valueEnd);
      }
      cursor.at = end;
    },
  };
};
