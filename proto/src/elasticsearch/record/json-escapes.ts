/** Of one byte, at most. */
export const MOST_ESCAPED_BYTES = 6;
/** What `escapeBytes` may write behind the end that it returns. */
export const ESCAPE_SPARE_BYTES = 8;

const WORD_BYTES = 4;
const ASCII_END = 0x80;

/** The letter behind the backslash. */
const SHORT_ESCAPES = new Map([
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['"', '"'],
  ['\\', '\\'],
]);

const escapedAscii = (byte: number): string => {
  const character = String.fromCharCode(byte);
  const letter = SHORT_ESCAPES.get(character);
  if (letter !== undefined) return `\\${letter}`;
  return byte < 0x20 ? `\\u${byte.toString(16).padStart(4, '0')}` : character;
};

/** What each byte is in a JSON string, beginning at its place times two, and how long that is. */
interface Escapes {
  readonly words: Int32Array;
  readonly lengths: Uint8Array;
}

const escapesOf = (highOf: (byte: number) => Uint8Array): Escapes => {
  const words = new Int32Array(512);
  const lengths = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const escaped = byte < ASCII_END ? Buffer.from(escapedAscii(byte)) : highOf(byte);
    const eight = Buffer.alloc(2 * WORD_BYTES);
    eight.set(escaped);
    words[2 * byte] = eight.readInt32LE(0);
    words[2 * byte + 1] = eight.readInt32LE(WORD_BYTES);
    lengths[byte] = escaped.length;
  }
  return { words, lengths };
};

/** Of UTF-8: what is not ASCII stands as it is. */
export const AS_TEXT = escapesOf((byte) => Uint8Array.of(byte));
/** Each byte a character of its own. */
export const AS_CHARACTERS = escapesOf((byte) => Buffer.from(String.fromCharCode(byte)));

/** 1 for ASCII that stands as it is. */
export const IS_PLAIN = Uint8Array.from(AS_TEXT.lengths, (length, byte) => (length === 1 && byte < ASCII_END ? 1 : 0));

/**
 * Writes the inside of a JSON string; there has to be room. Returns where it ended, or `~` of that where some of it is
 * not ASCII. Four bytes that stand as they are go in one step, and others without a branch: twice as fast as one branch
 * a byte, of which a payload's lengths and tags make many wrong.
 */
export const escapeBytes = (
  { lengths, words }: Escapes,
  source: DataView,
  from: number,
  to: number,
  target: DataView,
  start: number,
): number => {
  const lastWord = to - WORD_BYTES;
  let seen = 0;
  let at = start;
  let place = from;
  while (place <= lastWord) {
    const word = source.getInt32(place, true);
    const special =
      word | (word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101);
    place += WORD_BYTES;
    if ((special & 0x80808080) === 0) {
      target.setInt32(at, word, true);
      at += WORD_BYTES;
      continue;
    }
    seen |= word;
    let byte = word & 0xff;
    target.setInt32(at, words[2 * byte] as number, true);
    target.setInt32(at + WORD_BYTES, words[2 * byte + 1] as number, true);
    at += lengths[byte] as number;
    byte = (word >>> 8) & 0xff;
    target.setInt32(at, words[2 * byte] as number, true);
    target.setInt32(at + WORD_BYTES, words[2 * byte + 1] as number, true);
    at += lengths[byte] as number;
    byte = (word >>> 16) & 0xff;
    target.setInt32(at, words[2 * byte] as number, true);
    target.setInt32(at + WORD_BYTES, words[2 * byte + 1] as number, true);
    at += lengths[byte] as number;
    byte = word >>> 24;
    target.setInt32(at, words[2 * byte] as number, true);
    target.setInt32(at + WORD_BYTES, words[2 * byte + 1] as number, true);
    at += lengths[byte] as number;
  }
  for (; place < to; place++) {
    const byte = source.getUint8(place);
    seen |= byte;
    target.setInt32(at, words[2 * byte] as number, true);
    target.setInt32(at + WORD_BYTES, words[2 * byte + 1] as number, true);
    at += lengths[byte] as number;
  }
  return (seen & 0x80808080) === 0 ? at : ~at;
};
