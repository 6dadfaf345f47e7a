/** Finds members and items in the bytes of JSON that JSON.parse has accepted, without making values. */

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_MAP = 123;
const CLOSE_MAP = 125;
const COMMA = 44;

const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

const skipSpace = (bytes: Uint8Array, at: number): number => {
  let place = at;
  while (isSpace(bytes[place])) place++;
  return place;
};

const skipString = (bytes: Uint8Array, at: number): number => {
  let place = at + 1;
  while (place < bytes.length && bytes[place] !== QUOTE) place += bytes[place] === BACKSLASH ? 2 : 1;
  return place + 1;
};

const skipNested = (bytes: Uint8Array, at: number): number => {
  let depth = 0;
  let place = at;
  do {
    const byte = bytes[place];
    if (byte === QUOTE) {
      place = skipString(bytes, place);
      continue;
    }
    if (byte === OPEN_LIST || byte === OPEN_MAP) depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_MAP) depth--;
    place++;
  } while (depth > 0 && place < bytes.length);
  return place;
};

const skipValue = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at];
  if (first === QUOTE) return skipString(bytes, at);
  if (first === OPEN_LIST || first === OPEN_MAP) return skipNested(bytes, at);
  let place = at;
  for (; place < bytes.length; place++) {
    const byte = bytes[place];
    if (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_MAP || isSpace(byte)) break;
  }
  return place;
};

export interface JsonRange {
  readonly start: number;
  readonly end: number;
}

const readText = (bytes: Buffer, range: JsonRange): unknown =>
  JSON.parse(bytes.toString('utf8', range.start, range.end));

/** The places of the named members of the object at `start`; of members that come twice the last, as in JSON.parse. */
export const findMembers = (bytes: Buffer, start: number, names: readonly string[]): Map<string, JsonRange> => {
  const found = new Map<string, JsonRange>();
  let at = skipSpace(bytes, skipSpace(bytes, start) + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_MAP) {
    const keyEnd = skipString(bytes, at);
    const key = readText(bytes, { start: at, end: keyEnd });
    const valueStart = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    const valueEnd = skipValue(bytes, valueStart);
    if (typeof key === 'string' && names.includes(key)) found.set(key, { start: valueStart, end: valueEnd });
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return found;
};

/** The items of the array at `start`. */
export const findItems = (bytes: Buffer, start: number): JsonRange[] => {
  const items: JsonRange[] = [];
  let at = skipSpace(bytes, skipSpace(bytes, start) + 1);
  while (at < bytes.length && bytes[at] !== CLOSE_LIST) {
    const end = skipValue(bytes, at);
    items.push({ start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
  }
  return items;
};

/** A string member's text; null where it is missing or no string. */
export const readString = (bytes: Buffer, range: JsonRange | undefined): string | null => {
  if (range === undefined || bytes[range.start] !== QUOTE) return null;
  return readText(bytes, range) as string;
};
