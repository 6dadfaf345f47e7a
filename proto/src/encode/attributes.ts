import { type Arena, beginMessage, endMessage, ensureRoom, putVarint, varintWidth } from './arena.js';
import { maySayGenAi } from './genai-names.js';
import { ensureTextRoom, putText, writeText } from './text.js';
import { type Notes, putScalar, writeAnyValue } from './values.js';

const KEY = 0x0a;
const VALUE = 0x12;
const STRING = 0x0a;

const MAX_KEYS = 4_096;
const MAX_KEY_LENGTH = 100;

export interface EncodedKey {
  /** The key with its tag and length, and the tag of the value behind it. */
  readonly bytes: Uint8Array;
  readonly maySayGenAi: boolean;
}

/** Keys come again and again. */
const keys = new Map<string, EncodedKey>();

export const encodedKey = (key: string): EncodedKey => {
  const known = keys.get(key);
  if (known !== undefined) return known;
  const arena: Arena = { bytes: new Uint8Array(64), at: 0 };
  writeText(arena, KEY, key);
  ensureRoom(arena, 1);
  arena.bytes[arena.at++] = VALUE;
  const encoded = { bytes: arena.bytes.slice(0, arena.at), maySayGenAi: maySayGenAi(key) };
  if (keys.size === MAX_KEYS) keys.clear();
  if (key.length <= MAX_KEY_LENGTH) keys.set(key, encoded);
  return encoded;
};

/** Lengths around a text of `length` bytes: of the AnyValue, of the KeyValue; and all bytes before the text. */
const valueLengthOf = (length: number): number => 1 + varintWidth(length) + length;
const pairLengthOf = (key: Uint8Array, length: number): number => {
  const valueLength = valueLengthOf(length);
  return key.length + varintWidth(valueLength) + valueLength;
};
const widthBefore = (key: Uint8Array, length: number): number => {
  const pairLength = pairLengthOf(key, length);
  return 1 + varintWidth(pairLength) + pairLength - length;
};

/** The text goes where it belongs if it is ASCII; if it isn't and lengths take more room, it moves. */
const writeString = (arena: Arena, tag: number, key: Uint8Array, value: string): void => {
  ensureTextRoom(arena, value, key.length);
  const { bytes } = arena;
  const place = arena.at;
  const expected = widthBefore(key, value.length);
  const length = putText(bytes, place + expected, value);
  if (length !== value.length) {
    const before = widthBefore(key, length);
    if (before !== expected) bytes.copyWithin(place + before, place + expected, place + expected + length);
  }
  bytes[place] = tag;
  let at = putVarint(bytes, place + 1, pairLengthOf(key, length));
  bytes.set(key, at);
  at = putVarint(bytes, at + key.length, valueLengthOf(length));
  bytes[at++] = STRING;
  arena.at = putVarint(bytes, at, length) + length;
};

const writeNumber = (arena: Arena, tag: number, key: Uint8Array, value: number | boolean): void => {
  ensureRoom(arena, key.length + 24);
  const { bytes } = arena;
  bytes[arena.at++] = tag;
  // The longest is eleven bytes: one byte is enough for this length.
  const width = varintWidth(key.length + 12);
  const start = arena.at + width;
  bytes.set(key, start);
  const content = start + key.length + 1;
  arena.at = putScalar(bytes, content, value);
  bytes[content - 1] = arena.at - content;
  endMessage(arena, start, width);
};

export const writeAttribute = (arena: Arena, tag: number, key: string, value: unknown, notes: Notes): void => {
  switch (typeof value) {
    case 'string': {
      const encoded = encodedKey(key);
      notes.maySayGenAi ||= encoded.maySayGenAi;
      return writeString(arena, tag, encoded.bytes, value);
    }
    case 'number':
    case 'boolean': {
      const encoded = encodedKey(key);
      notes.maySayGenAi ||= encoded.maySayGenAi;
      return writeNumber(arena, tag, encoded.bytes, value);
    }
    default: {
      notes.maySayGenAi ||= encodedKey(key).maySayGenAi;
      const pair = beginMessage(arena, tag);
      writeText(arena, KEY, key);
      writeAnyValue(arena, VALUE, value, notes);
      endMessage(arena, pair);
    }
  }
};

/**
 * Writes each attribute as a KeyValue behind `tag` (of one byte). One whose value can't be read is left out and counted.
 * Returns how many were left out.
 */
export const writeAttributes = (
  arena: Arena,
  tag: number,
  attributes: Readonly<Record<string, unknown>> | undefined,
  notes: Notes,
): number => {
  let omitted = 0;
  for (const key in attributes) {
    const start = arena.at;
    try {
      if (Object.hasOwn(attributes, key)) writeAttribute(arena, tag, key, attributes[key], notes);
    } catch {
      arena.at = start;
      omitted++;
    }
  }
  notes.values += omitted;
  return omitted;
};
