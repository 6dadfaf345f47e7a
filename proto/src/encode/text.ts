import { type Arena, ensureRoom, putVarint, varintWidth } from './arena.js';

/** Writes the UTF-8 of `text` at a place with room for three bytes a code unit; lone surrogates become U+FFFD. */
type PutText = (bytes: Uint8Array, place: number, text: string) => number;

/** Up to here a loop over the characters is faster than a call into the engine (measured on Node 24). */
const LOOPED_LENGTH = 20;
const MAX_BYTES_A_UNIT = 3;

const encoder = new TextEncoder();

const putByEncoder: PutText = (bytes, place, text) => encoder.encodeInto(text, bytes.subarray(place)).written;

type Utf8Write = (this: Uint8Array, text: string, offset: number, length: number) => number;

/** Node's own writer needs no view of the rest of the buffer: half the time for a short text. */
const putByBuffer = (): PutText | undefined => {
  const { Buffer: buffer } = globalThis as { Buffer?: { prototype?: { utf8Write?: Utf8Write } } };
  const write = buffer?.prototype?.utf8Write;
  if (typeof write !== 'function') return undefined;
  try {
    // Elsewhere than on Node a `Buffer` may take its own kind only, or know another order of arguments.
    const probe = new Uint8Array(8);
    const isAsOnNode = write.call(probe, '\ud800é', 1, 7) === 5 && probe.join() === '0,239,191,189,195,169,0,0';
    return isAsOnNode ? (bytes, place, text) => write.call(bytes, text, place, bytes.length - place) : undefined;
  } catch {
    return undefined;
  }
};

const putLong: PutText = putByBuffer() ?? putByEncoder;

export const putText: PutText = (bytes, place, text) => {
  const { length } = text;
  if (length > LOOPED_LENGTH) return putLong(bytes, place, text);
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return putLong(bytes, place, text);
    bytes[place + i] = code;
  }
  return length;
};

/** Room for a text, `besides` bytes, and the tags and lengths around them. */
export const ensureTextRoom = (arena: Arena, text: string, besides = 0): void =>
  ensureRoom(arena, text.length * MAX_BYTES_A_UNIT + besides + 32);

/** Writes tag (of one byte), length and text. */
export const writeText = (arena: Arena, tag: number, text: string): void => {
  ensureTextRoom(arena, text);
  const { bytes } = arena;
  bytes[arena.at++] = tag;
  const width = varintWidth(text.length);
  const start = arena.at + width;
  const length = putText(bytes, start, text);
  const extra = varintWidth(length) - width;
  if (extra > 0) bytes.copyWithin(start + extra, start, start + length);
  putVarint(bytes, arena.at, length);
  arena.at = start + extra + length;
};

/** Writes a text of a span; an empty one is not sent, nor what a caller without types gave that isn't text. */
export const writeTextOf = (arena: Arena, tag: number, value: unknown): void => {
  if (typeof value === 'string' && value !== '') writeText(arena, tag, value);
};
