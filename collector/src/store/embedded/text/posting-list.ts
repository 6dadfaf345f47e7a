/**
 * A posting list: ordinals in ascending order. First the number of bytes as varint, then the first ordinal, less the
 * segment's first, as varint times two; plus one where a bitmap of the later ones follows (bit 0: the first plus 1),
 * else their gaps less one as varints.
 */
export const MAX_VARINT_BYTES = 5;

export const varintLength = (value: number): number =>
  value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;

/** Returns the place after it. `value` < 2^35. */
export const writeVarint = (target: Uint8Array, at: number, value: number): number => {
  let rest = value;
  let place = at;
  while (rest >= 0x80) {
    target[place++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  target[place++] = rest;
  return place;
};

/** A place in bytes that are read from. */
export interface ByteCursor {
  at: number;
}

export const readVarint = (bytes: Uint8Array, cursor: ByteCursor): number => {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = bytes[cursor.at++] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 0x80;
  }
};

/** The most bytes that a list of `count` ordinals up to `last` takes. */
export const maxListBytes = (count: number): number => MAX_VARINT_BYTES * (count + 2);

/** Writes `ordinals` from `from` to `to` (distinct, ascending, at least one); returns the place after the list. */
export const writeList = (
  target: Uint8Array,
  at: number,
  ordinals: Uint32Array,
  from: number,
  to: number,
  base: number,
): number => {
  const first = ordinals[from] as number;
  const last = ordinals[to - 1] as number;
  let gapBytes = 0;
  let before = first;
  for (let next = from + 1; next < to; next++) {
    const ordinal = ordinals[next] as number;
    gapBytes += varintLength(ordinal - before - 1);
    before = ordinal;
  }
  const bitmapBytes = (last - first + 7) >>> 3;
  const isBitmap = bitmapBytes < gapBytes;
  const head = (first - base) * 2 + (isBitmap ? 1 : 0);
  let place = writeVarint(target, at, varintLength(head) + (isBitmap ? bitmapBytes : gapBytes));
  place = writeVarint(target, place, head);
  if (isBitmap) {
    target.fill(0, place, place + bitmapBytes);
    for (let next = from + 1; next < to; next++) {
      const bit = (ordinals[next] as number) - first - 1;
      target[place + (bit >>> 3)] = (target[place + (bit >>> 3)] as number) | (1 << (bit & 7));
    }
    return place + bitmapBytes;
  }
  before = first;
  for (let next = from + 1; next < to; next++) {
    const ordinal = ordinals[next] as number;
    place = writeVarint(target, place, ordinal - before - 1);
    before = ordinal;
  }
  return place;
};

/** A list here holds no more ordinals. */
export const mostInList = (bytes: Uint8Array, cursor: ByteCursor): number => {
  const ahead = { at: cursor.at };
  return 8 * readVarint(bytes, ahead);
};

/** Passes over a list. */
export const skipList = (bytes: Uint8Array, cursor: ByteCursor): void => {
  const length = readVarint(bytes, cursor);
  cursor.at += length;
};

/** Reads a list into `target` from `at`; returns the place after the last. `target` has room for `mostInList`. */
export const readList = (
  bytes: Uint8Array,
  cursor: ByteCursor,
  base: number,
  target: Uint32Array,
  at: number,
): number => {
  const length = readVarint(bytes, cursor);
  const end = cursor.at + length;
  const head = readVarint(bytes, cursor);
  let ordinal = base + (head >>> 1);
  let place = at;
  target[place++] = ordinal;
  if ((head & 1) === 1) {
    for (let base8 = ordinal + 1; cursor.at < end; base8 += 8) {
      let bits = bytes[cursor.at++] as number;
      while (bits !== 0) {
        const low = bits & -bits;
        target[place++] = base8 + 31 - Math.clz32(low);
        bits ^= low;
      }
    }
    return place;
  }
  while (cursor.at < end) {
    ordinal += readVarint(bytes, cursor) + 1;
    target[place++] = ordinal;
  }
  return place;
};

/** Sets the bits of a list's ordinals. */
export const addListTo = (bytes: Uint8Array, cursor: ByteCursor, base: number, bits: Uint32Array): void => {
  const length = readVarint(bytes, cursor);
  const end = cursor.at + length;
  const head = readVarint(bytes, cursor);
  let ordinal = base + (head >>> 1);
  const set = (place: number): void => {
    bits[place >>> 5] = (bits[place >>> 5] as number) | (1 << (place & 31));
  };
  set(ordinal);
  if ((head & 1) === 1) {
    for (let base8 = ordinal + 1; cursor.at < end; base8 += 8) {
      const byte = bytes[cursor.at++] as number;
      const word = base8 >>> 5;
      const shift = base8 & 31;
      if (byte === 0) continue;
      bits[word] = (bits[word] as number) | (byte << shift);
      if (shift > 24 && byte >>> (32 - shift) !== 0)
        bits[word + 1] = (bits[word + 1] as number) | (byte >>> (32 - shift));
    }
    return;
  }
  while (cursor.at < end) {
    ordinal += readVarint(bytes, cursor) + 1;
    set(ordinal);
  }
};
