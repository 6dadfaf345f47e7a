/** Writes protobuf fields into one growing buffer. A nested message is begun, written and ended. */
export interface ProtoWriter {
  varint(value: number): void;
  /** Two's complement, 64 bits. */
  varint64(value: bigint): void;
  fixed32(value: number): void;
  fixed64(value: bigint): void;
  double(value: number): void;
  /** Length and UTF-8 bytes; lone surrogates become U+FFFD. */
  text(value: string): void;
  /** Length and bytes. */
  bytes(value: Uint8Array): void;
  begin(tag: number): number;
  end(begun: number): void;
  place(): number;
  /** Forgets all that was written after `place`. */
  rewind(place: number): void;
  /** The bytes written, in their own buffer. */
  take(): Uint8Array;
}

const SHORT_TEXT = 24;
const WORD = 4294967296;

export const createProtoWriter = (initialBytes: number): ProtoWriter => {
  let buffer = new Uint8Array(Math.max(64, initialBytes));
  let view = new DataView(buffer.buffer);
  let at = 0;
  const encoder = new TextEncoder();

  const ensure = (length: number): void => {
    if (at + length <= buffer.length) return;
    const grown = new Uint8Array(Math.max(buffer.length * 2, at + length));
    grown.set(buffer.subarray(0, at));
    buffer = grown;
    view = new DataView(buffer.buffer);
  };

  const varint = (value: number): void => {
    ensure(10);
    let rest = value;
    while (rest > 127) {
      buffer[at++] = (rest & 127) | 128;
      rest = rest < WORD / 2 ? rest >>> 7 : Math.floor(rest / 128);
    }
    buffer[at++] = rest;
  };

  /** The length was given one byte; longer ones push the content on. */
  const endContent = (start: number): void => {
    const length = at - start;
    let extra = 0;
    for (let rest = length; rest > 127; rest = Math.floor(rest / 128)) extra++;
    if (extra > 0) {
      ensure(extra);
      buffer.copyWithin(start + extra, start, at);
    }
    const end = at + extra;
    at = start - 1;
    varint(length);
    at = end;
  };

  const shortAscii = (value: string): boolean => {
    const start = at;
    buffer[at++] = value.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) {
        at = start;
        return false;
      }
      buffer[at++] = code;
    }
    return true;
  };

  return {
    varint,
    varint64(value) {
      ensure(10);
      let rest = BigInt.asUintN(64, value);
      while (rest > 127n) {
        buffer[at++] = Number(rest & 127n) | 128;
        rest >>= 7n;
      }
      buffer[at++] = Number(rest);
    },
    fixed32(value) {
      ensure(4);
      view.setUint32(at, value, true);
      at += 4;
    },
    fixed64(value) {
      ensure(8);
      view.setBigUint64(at, value, true);
      at += 8;
    },
    double(value) {
      ensure(8);
      view.setFloat64(at, value, true);
      at += 8;
    },
    text(value) {
      ensure(value.length * 3 + 6);
      if (value.length <= SHORT_TEXT && shortAscii(value)) return;
      const start = ++at;
      at += encoder.encodeInto(value, buffer.subarray(at)).written;
      endContent(start);
    },
    bytes(value) {
      varint(value.length);
      ensure(value.length);
      buffer.set(value, at);
      at += value.length;
    },
    begin(tag) {
      varint(tag);
      ensure(1);
      return ++at;
    },
    end: endContent,
    place: () => at,
    rewind(place) {
      at = place;
    },
    take: () => buffer.slice(0, at),
  };
};
