import { isUtf8 } from 'node:buffer';

import {
  AS_CHARACTERS,
  AS_TEXT,
  ESCAPE_SPARE_BYTES,
  escapeBytes,
  IS_PLAIN,
  MOST_ESCAPED_BYTES,
} from './json-escapes.js';

/**
 * JSON as UTF-8 in memory that is used again for the next document: of a span's many short texts none becomes a string
 * on its way from OTLP to a bulk request. What is written is valid until `reset`.
 */
export interface JsonWriter {
  reset(): void;
  /** How many bytes were written. */
  readonly length: number;
  /** ASCII as it is: JSON's own signs, numbers, and what has nothing to escape. */
  ascii(text: string): void;
  /** Any text as it is: JSON that was made elsewhere. */
  json(json: string): void;
  /** The same as bytes, all or from one place to another. */
  bytes(json: Uint8Array, from?: number, to?: number): void;
  /** A JSON string of some UTF-16 code units. */
  units(units: Uint16Array, from: number, to: number): void;
  /** A JSON string of UTF-8; what is none is U+FFFD, as in any reading of it. */
  utf8(bytes: Uint8Array, from: number, to: number): void;
  /** A JSON string with a character, U+0000 to U+00FF, for each byte. */
  characters(bytes: Uint8Array, from: number, to: number): void;
  /** Two hexadecimal digits a byte, without quotes. */
  hex(bytes: Uint8Array, from: number, to: number): void;
  /** A whole number from 0 to 999,999,999 with all of its nine digits. */
  nineDigits(value: number): void;
  /** Forgets what was written since it had that length. */
  backTo(length: number): void;
  /** What was written between two lengths: in the memory itself, to be copied where it is to be kept. */
  slice(from: number, to: number): Uint8Array;
}

const FIRST_BYTES = 64 * 1024;
/** Memory beyond this is given back at `reset`. */
const KEPT_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 8 * 1024;
const MOST_BYTES_A_UNIT = 3;
/** Up to here a loop is faster than a call of the engine's own code. */
const SHORT_BYTES = 48;

const QUOTE = 0x22;
const DIGIT_0 = 0x30;
const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

const viewOf = ({ buffer, byteLength, byteOffset }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

export const createJsonWriter = (): JsonWriter => {
  let out = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let view = viewOf(out);
  let at = 0;
  /** Of what texts are read from: mostly many of the same bytes. */
  let source: Uint8Array = out;
  let sourceView = view;

  const makeRoom = (bytes: number): void => {
    if (at + bytes <= out.length) return;
    const wider = Buffer.allocUnsafeSlow(Math.max(2 * out.length, at + bytes));
    out.copy(wider, 0, 0, at);
    out = wider;
    view = viewOf(out);
  };

  const write = (text: string, encoding: 'utf8' | 'latin1'): void => {
    makeRoom(text.length * MOST_BYTES_A_UNIT);
    at += out.write(text, at, encoding);
  };

  const ascii = (text: string): void => {
    const { length } = text;
    if (length > SHORT_BYTES) {
      write(text, 'latin1');
      return;
    }
    makeRoom(length);
    for (let unit = 0; unit < length; unit++) out[at + unit] = text.charCodeAt(unit);
    at += length;
  };

  /** A JSON string of bytes: of UTF-8, or each a character. False, with some of it written: it is no UTF-8. */
  const escaped = (bytes: Uint8Array, from: number, to: number, isText: boolean): boolean => {
    if (bytes !== source) {
      source = bytes;
      sourceView = viewOf(bytes);
    }
    let isChecked = !isText;
    makeRoom(1);
    out[at++] = QUOTE;
    for (let chunk = from; chunk < to; chunk += CHUNK_BYTES) {
      const chunkEnd = Math.min(to, chunk + CHUNK_BYTES);
      makeRoom((chunkEnd - chunk) * MOST_ESCAPED_BYTES + ESCAPE_SPARE_BYTES);
      const end = escapeBytes(isText ? AS_TEXT : AS_CHARACTERS, sourceView, chunk, chunkEnd, view, at);
      at = end < 0 ? ~end : end;
      if (end >= 0) continue;
      isChecked ||= isUtf8(bytes.subarray(from, to));
      if (!isChecked) return false;
    }
    makeRoom(1);
    out[at++] = QUOTE;
    return true;
  };

  return {
    reset() {
      at = 0;
      if (out.length > KEPT_BYTES) {
        out = Buffer.allocUnsafeSlow(FIRST_BYTES);
        view = viewOf(out);
      }
      // So that nothing of it is kept.
      source = out;
      sourceView = view;
    },
    get length() {
      return at;
    },
    ascii,
    json(json) {
      write(json, 'utf8');
    },
    bytes(json, from = 0, to = json.length) {
      makeRoom(to - from);
      if (to - from > SHORT_BYTES) {
        out.set(json.subarray(from, to), at);
        at += to - from;
        return;
      }
      const target = out;
      let written = at;
      for (let place = from; place < to; place++) target[written++] = json[place] as number;
      at = written;
    },
    units(units, from, to) {
      makeRoom((to - from) * MOST_ESCAPED_BYTES + 2);
      const target = out;
      let written = at;
      target[written++] = QUOTE;
      for (let place = from; place < to; place++) {
        const unit = units[place] as number;
        if (IS_PLAIN[unit] !== 1) {
          write(
            JSON.stringify(String.fromCharCode.apply(null, units.subarray(from, to) as unknown as number[])),
            'utf8',
          );
          return;
        }
        target[written++] = unit;
      }
      target[written++] = QUOTE;
      at = written;
    },
    utf8(bytes, from, to) {
      const start = at;
      if (escaped(bytes, from, to, true)) return;
      at = start;
      write(JSON.stringify(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()), 'utf8');
    },
    characters(bytes, from, to) {
      escaped(bytes, from, to, false);
    },
    hex(bytes, from, to) {
      makeRoom(2 * (to - from));
      for (let place = from; place < to; place++) {
        const byte = bytes[place] as number;
        out[at++] = HEX[byte >> 4] as number;
        out[at++] = HEX[byte & 15] as number;
      }
    },
    nineDigits(value) {
      makeRoom(9);
      let rest = value;
      for (let place = at + 8; place >= at; place--) {
        const tenth = Math.floor(rest / 10);
        out[place] = DIGIT_0 + rest - 10 * tenth;
        rest = tenth;
      }
      at += 9;
    },
    backTo(length) {
      at = length;
    },
    slice: (from, to) => out.subarray(from, to),
  };
};
