/** One buffer that protobuf fields are written into, front to back; it grows by doubling. */
export interface Arena {
  bytes: Uint8Array<ArrayBuffer>;
  /** Where the next byte goes. */
  at: number;
}

export const createArena = (initialBytes: number): Arena => ({ bytes: new Uint8Array(initialBytes), at: 0 });

/** Makes sure that `length` more bytes fit. Replaces `bytes`: take it from the arena anew afterwards. */
export const ensureRoom = (arena: Arena, length: number): void => {
  const needed = arena.at + length;
  if (needed <= arena.bytes.length) return;
  const grown = new Uint8Array(Math.max(arena.bytes.length * 2, needed));
  grown.set(arena.bytes.subarray(0, arena.at));
  arena.bytes = grown;
};

/** Bytes that a length, count or tag takes as a varint. */
export const varintWidth = (value: number): number => {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  if (value < 2_097_152) return 3;
  return value < 268_435_456 ? 4 : 5;
};

/** Writes an unsigned 32-bit varint at a place that has room. Returns the place behind it. */
export const putVarint = (bytes: Uint8Array, place: number, value: number): number => {
  let at = place;
  let rest = value;
  while (rest > 127) {
    bytes[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
};

export const writeVarint = (arena: Arena, value: number): void => {
  ensureRoom(arena, 5);
  arena.at = putVarint(arena.bytes, arena.at, value >>> 0);
};

/** Writes tag and count; a count of zero is not sent. */
export const writeCount = (arena: Arena, tag: number, count: number): void => {
  if (!(count > 0)) return;
  writeVarint(arena, tag);
  writeVarint(arena, count);
};

/** Writes the tag of a nested message and leaves one byte for its length. Returns where its content begins. */
export const beginMessage = (arena: Arena, tag: number): number => {
  writeVarint(arena, tag);
  ensureRoom(arena, 1);
  return ++arena.at;
};

/**
 * Writes the length of the content from `start` up to here into the `reserved` bytes before it; where it takes another
 * number of bytes, the content moves.
 */
export const endMessage = (arena: Arena, start: number, reserved = 1): void => {
  const length = arena.at - start;
  const extra = varintWidth(length) - reserved;
  if (extra !== 0) {
    if (extra > 0) ensureRoom(arena, extra);
    arena.bytes.copyWithin(start + extra, start, arena.at);
    arena.at += extra;
  }
  putVarint(arena.bytes, start - reserved, length);
};
