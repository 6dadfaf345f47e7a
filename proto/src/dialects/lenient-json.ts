import type { Json } from '../document/index.js';

const MAX_NESTING = 64;
const WORDS: Readonly<Record<string, Json>> = {
  true: true,
  false: false,
  null: null,
  None: null,
  True: true,
  False: false,
  NaN: 'NaN',
  nan: 'nan',
  undefined: null,
};
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '0': '\0' };
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_][\w.]*/y;
const SPACE = /\s*/y;

/** Thrown where a text is no value at all; never leaves this file. */
class NotAValue extends Error {}

/**
 * Reads what was meant for JSON: Python's repr (single quotes, None, True, tuples), trailing commas, and texts that were
 * cut off, of which all that is there comes back. Throws NotAValue.
 */
const createReader = (text: string) => {
  let at = 0;

  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };

  const readEscape = (): string => {
    const mark = text[at++] ?? '';
    if (mark !== 'u' && mark !== 'x') return ESCAPES[mark] ?? mark;
    const length = mark === 'u' ? 4 : 2;
    const code = Number.parseInt(text.slice(at, at + length), 16);
    at += length;
    return Number.isNaN(code) ? '' : String.fromCharCode(code);
  };

  const readText = (quote: string): string => {
    let read = '';
    at++;
    while (at < text.length) {
      const char = text[at++] ?? '';
      if (char === quote) break;
      read += char === '\\' ? readEscape() : char;
    }
    return read;
  };

  const readItems = (closing: string, depth: number): Json[] => {
    if (depth > MAX_NESTING) throw new NotAValue();
    const items: Json[] = [];
    at++;
    for (;;) {
      match(SPACE);
      if (at >= text.length) return items;
      if (text[at] === closing) break;
      if (text[at] === ',') at++;
      else items.push(readValue(depth));
    }
    at++;
    return items;
  };

  const readRecord = (depth: number): Json => {
    if (depth > MAX_NESTING) throw new NotAValue();
    const entries: [string, Json][] = [];
    at++;
    for (;;) {
      match(SPACE);
      const char = text[at];
      if (char === ',') {
        at++;
        continue;
      }
      if (char === undefined || char === '}') break;
      const key = readValue(depth);
      match(SPACE);
      if (text[at] !== ':') {
        if (at < text.length) throw new NotAValue();
        break;
      }
      at++;
      match(SPACE);
      if (at >= text.length) break;
      entries.push([typeof key === 'string' ? key : JSON.stringify(key), readValue(depth)]);
    }
    at++;
    return Object.fromEntries(entries);
  };

  const readValue = (depth: number): Json => {
    match(SPACE);
    const char = text[at] ?? '';
    if (char === '"' || char === "'") return readText(char);
    if (char === '{') return readRecord(depth + 1);
    const closing = CLOSING[char];
    if (closing !== undefined) return readItems(closing, depth + 1);
    const digits = match(NUMBER);
    if (digits !== '') return Number(digits);
    const word = match(WORD);
    // Cut off in the middle of a word: the end of the text is at hand.
    if (word !== '' && (Object.hasOwn(WORDS, word) || at >= text.length)) return WORDS[word] ?? null;
    throw new NotAValue();
  };

  return {
    read(): Json {
      const value = readValue(0);
      match(SPACE);
      if (at < text.length) throw new NotAValue();
      return value;
    },
  };
};

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_RECORD = 123;
const CLOSE_RECORD = 125;
/** Shorter than this nothing nests too deep and ends again. */
const SHORT = 2 * MAX_NESTING;

/** JSON.parse takes any depth, but those who walk what comes back don't. */
const isTooDeep = (text: string): boolean => {
  if (text.length <= SHORT) return false;
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (isInText) {
      if (char === BACKSLASH) at++;
      else if (char === QUOTE) isInText = false;
    } else if (char === QUOTE) isInText = true;
    else if (char === OPEN_LIST || char === OPEN_RECORD) {
      depth++;
      if (depth > MAX_NESTING) return true;
    } else if (char === CLOSE_LIST || char === CLOSE_RECORD) depth--;
  }
  return false;
};

const BEGINS_LIKE_JSON = /^\s*[[{("]/;
const BEGINS_LIKE_STRUCTURE = /^\s*[[{(]/;
const ENCODED_TWICE_AT_MOST = 3;

const parseOnce = (text: string): Json => {
  if (!BEGINS_LIKE_JSON.test(text) || isTooDeep(text)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (!BEGINS_LIKE_STRUCTURE.test(text)) return text;
  }
  try {
    return createReader(text).read();
  } catch (thrown) {
    if (!(thrown instanceof NotAValue)) throw thrown;
    return text;
  }
};

/**
 * What a value that should be JSON says: structured already, a JSON text, encoded twice, Python's repr or cut off. Text
 * that is none of these stays text; nothing is dropped.
 */
export const lenientJson = (value: Json): Json => {
  let read = value;
  for (let times = 0; times < ENCODED_TWICE_AT_MOST && typeof read === 'string'; times++) {
    const parsed = parseOnce(read);
    if (parsed === read) break;
    read = parsed;
  }
  return read;
};
