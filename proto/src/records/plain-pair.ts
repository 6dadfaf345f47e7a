/** Where things are in a KeyValue of the usual layout: the key, then a value that is one text, number or boolean. */
export interface PlainPair {
  readonly key: number;
  readonly keyEnd: number;
  /** Content of the AnyValue. */
  readonly value: number;
  /** Of the text; -1: it is a number or boolean. */
  readonly text: number;
  /** Of all of it, and of value and text. */
  readonly end: number;
}

const KEY = 0x0a;
const VALUE = 0x12;
const STRING = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;

/** Where the content begins whose length is at `place`, if it goes to the very end; else -1. */
const contentTo = (bytes: Uint8Array, place: number, end: number): number => {
  let length = 0;
  let scale = 1;
  for (let at = place; at < end && at < place + 5; at++) {
    const byte = bytes[at] as number;
    length += (byte & 127) * scale;
    if (byte < 128) return at + 1 + length === end ? at + 1 : -1;
    scale *= 128;
  }
  return -1;
};

const isVarintTo = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let at = start; at < end - 1; at++) if ((bytes[at] as number) < 128) return false;
  return start < end && (bytes[end - 1] as number) < 128;
};

/** Undefined where it is laid out in any other way, or broken: then it takes a reader that knows them all. */
export const readPlainPair = (bytes: Uint8Array, from: number, end: number): PlainPair | undefined => {
  if (bytes[from] !== KEY) return undefined;
  const key = from + 2;
  const keyEnd = key + (bytes[from + 1] as number);
  // A length of more than one byte leads somewhere else.
  if ((bytes[from + 1] as number) > 127 || keyEnd >= end || bytes[keyEnd] !== VALUE) return undefined;
  const value = contentTo(bytes, keyEnd + 1, end);
  if (value < 0 || value === end) return undefined;
  switch (bytes[value]) {
    case STRING: {
      const text = contentTo(bytes, value + 1, end);
      return text < 0 ? undefined : { key, keyEnd, value, text, end };
    }
    case BOOL:
    case INT:
      return isVarintTo(bytes, value + 1, end) ? { key, keyEnd, value, text: -1, end } : undefined;
    case DOUBLE:
      return value + 9 === end ? { key, keyEnd, value, text: -1, end } : undefined;
    default:
      return undefined;
  }
};
