import { type Arena, beginMessage, endMessage, ensureRoom, putVarint } from './arena.js';
import { isInt64, putDouble, putInt64 } from './numbers.js';
import { writeText } from './text.js';

/** What was noticed on the way. */
export interface Notes {
  /** Attributes, and values inside of them, that could not be encoded and are not in the bytes. */
  values: number;
  /** Spans that could not be read at all. */
  spans: number;
  /** Whether an attribute's key may say something of GenAI; whoever asks sets it back. */
  maySayGenAi: boolean;
}

/** AnyValue of opentelemetry/proto/common/v1/common.proto. */
const STRING = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;
const ARRAY = 0x2a;
const MAP = 0x32;
const BYTES = 0x3a;
const ITEM = 0x0a;
const KEY = 0x0a;
const VALUE = 0x12;

/** Each level is three nested messages; readers of protobuf in C++, Java and Python refuse more than a hundred. */
const MAX_LEVELS = 30;
/** Of one attribute: an object that holds itself twice has a billion of them within those levels. */
const MAX_ITEMS = 100_000;

interface Walk {
  items: number;
  readonly notes: Notes;
}

/** A boolean or number as AnyValue content; needs room for 11 bytes. Returns the place behind it. */
export const putScalar = (bytes: Uint8Array, place: number, value: number | boolean): number => {
  let at = place;
  if (typeof value === 'boolean') {
    bytes[at++] = BOOL;
    bytes[at++] = value ? 1 : 0;
    return at;
  }
  if (!isInt64(value)) {
    bytes[at++] = DOUBLE;
    return putDouble(bytes, at, value);
  }
  bytes[at++] = INT;
  return putInt64(bytes, at, value);
};

const writeBytes = (arena: Arena, value: Uint8Array): void => {
  ensureRoom(arena, value.length + 6);
  arena.bytes[arena.at++] = BYTES;
  arena.at = putVarint(arena.bytes, arena.at, value.length);
  arena.bytes.set(value, arena.at);
  arena.at += value.length;
};

const writeItem = (arena: Arena, tag: number, value: unknown, levels: number, walk: Walk): void => {
  const item = beginMessage(arena, tag);
  writeContent(arena, value, levels, walk);
  endMessage(arena, item);
};

const isFull = (walk: Walk): boolean => {
  if (walk.items++ < MAX_ITEMS) return false;
  walk.notes.values++;
  return true;
};

const writeArray = (arena: Arena, values: readonly unknown[], levels: number, walk: Walk): void => {
  const array = beginMessage(arena, ARRAY);
  // By index, for holes are items too.
  for (let i = 0; i < values.length && !isFull(walk); i++) writeItem(arena, ITEM, values[i], levels, walk);
  endMessage(arena, array);
};

const writeMap = (arena: Arena, map: Readonly<Record<string, unknown>>, levels: number, walk: Walk): void => {
  const list = beginMessage(arena, MAP);
  for (const key of Object.keys(map)) {
    if (isFull(walk)) break;
    const pair = beginMessage(arena, ITEM);
    writeText(arena, KEY, key);
    writeItem(arena, VALUE, map[key], levels, walk);
    endMessage(arena, pair);
  }
  endMessage(arena, list);
};

const writeContent = (arena: Arena, value: unknown, levels: number, walk: Walk): void => {
  switch (typeof value) {
    case 'string':
      return writeText(arena, STRING, value);
    case 'number':
    case 'boolean':
      ensureRoom(arena, 11);
      arena.at = putScalar(arena.bytes, arena.at, value);
      return;
    case 'object':
      if (value === null) return;
      if (value instanceof Uint8Array) return writeBytes(arena, value);
      if (levels === 0) walk.notes.values++;
      else if (Array.isArray(value)) writeArray(arena, value, levels - 1, walk);
      else writeMap(arena, value as Readonly<Record<string, unknown>>, levels - 1, walk);
      return;
    case 'undefined':
      return;
    default:
      walk.notes.values++;
  }
};

/**
 * Writes tag, length and content of an AnyValue. What OTLP has no form for (null, functions, symbols, bigints) is an empty value, as
 * the stock encoder has it; but for null and undefined, that is counted, as is what lies deeper or is more than fits.
 * Throws what a getter of the value throws.
 */
export const writeAnyValue = (arena: Arena, tag: number, value: unknown, notes: Notes): void =>
  writeItem(arena, tag, value, MAX_LEVELS, { items: 0, notes });
