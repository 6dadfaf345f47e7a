import { describe } from './describe.js';

/** Ends a text that was cut. */
export const CUT_MARK = '…[cut]';

const MAX_DEPTH = 24;
/** Properties that come to no text still cost their reading. */
const MAX_VISITS = 20_000;

interface Writer {
  text: string;
  readonly limit: number;
  visits: number;
  /** What is being written, outermost first. */
  readonly open: object[];
}

const isFull = (to: Writer): boolean => to.text.length > to.limit || to.visits > MAX_VISITS;

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** At most `limit` UTF-16 code units, whole characters; what is longer ends with the mark. */
export const cutText = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  let end = Math.max(0, limit - CUT_MARK.length);
  if (end > 0 && isHighSurrogate(text.charCodeAt(end - 1))) end--;
  return (text.slice(0, end) + CUT_MARK).slice(0, limit);
};

const writeText = (to: Writer, text: string): void => {
  const room = to.limit - to.text.length + 1;
  to.text += JSON.stringify(text.length > room ? text.slice(0, room) : text);
};

const writeList = (to: Writer, list: Iterable<unknown>): void => {
  to.text += '[';
  let isFirst = true;
  for (const item of list) {
    if (!isFirst) to.text += ',';
    isFirst = false;
    if (isFull(to)) return;
    write(to, item, true);
  }
  to.text += ']';
};

const writeRecord = (to: Writer, keys: readonly string[], valueOf: (key: string) => unknown): void => {
  to.text += '{';
  let isFirst = true;
  for (const key of keys) {
    if (isFull(to)) return;
    let value: unknown;
    try {
      value = valueOf(key);
    } catch {
      value = '[Throws]';
    }
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') {
      to.visits++;
      continue;
    }
    if (!isFirst) to.text += ',';
    isFirst = false;
    writeText(to, key);
    to.text += ':';
    write(to, value, false);
  }
  to.text += '}';
};

const writeMap = (to: Writer, map: ReadonlyMap<unknown, unknown>): void => {
  // A key that is no text has no place in a record.
  let isRecord = true;
  for (const key of map.keys()) {
    if (typeof key !== 'string') isRecord = false;
    if (!isRecord) break;
  }
  if (!isRecord) writeList(to, map);
  else writeRecord(to, [...(map as ReadonlyMap<string, unknown>).keys()], (key) => map.get(key));
};

const plainOf = (value: object): unknown => {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return value;
  try {
    return (toJSON as (this: object, key: string) => unknown).call(value, '');
  } catch {
    return value;
  }
};

const writeObject = (to: Writer, value: object): void => {
  if (Array.isArray(value)) writeList(to, value);
  else if (value instanceof Map) writeMap(to, value);
  else if (value instanceof Set) writeList(to, value);
  else writeRecord(to, Object.keys(value), (key) => (value as Readonly<Record<string, unknown>>)[key]);
};

const writeNested = (to: Writer, value: object, isInList: boolean): void => {
  const described = describe(value);
  if (described !== undefined) {
    write(to, described, isInList);
    return;
  }
  if (to.open.includes(value)) to.text += '"[Circular]"';
  else if (to.open.length >= MAX_DEPTH) to.text += '"[Deep]"';
  else {
    const plain = plainOf(value);
    to.open.push(value);
    if (plain !== value) write(to, plain, isInList);
    else writeObject(to, value);
    to.open.pop();
  }
};

const write = (to: Writer, value: unknown, isInList: boolean): void => {
  to.visits++;
  switch (typeof value) {
    case 'string':
      writeText(to, value);
      break;
    case 'number':
      to.text += Number.isFinite(value) ? String(value) : `"${value}"`;
      break;
    case 'boolean':
      to.text += String(value);
      break;
    case 'bigint':
      writeText(to, value.toString());
      break;
    case 'undefined':
      to.text += isInList ? 'null' : '"[undefined]"';
      break;
    case 'function':
      writeText(to, '[Function]');
      break;
    case 'symbol':
      writeText(to, value.toString());
      break;
    case 'object':
      if (value === null) to.text += 'null';
      else writeNested(to, value, isInList);
  }
};

/**
 * Any value as JSON of at most `limit` UTF-16 code units; a text as itself. Stops at the limit instead of writing all
 * of a large value, and never throws: what can't be read says so in its place.
 */
export const serialise = (value: unknown, limit: number): string => {
  if (typeof value === 'string') return cutText(value, limit);
  const to: Writer = { text: '', limit, visits: 0, open: [] };
  try {
    write(to, value, false);
  } catch {
    // A proxy may throw at anything, even at being asked what it is.
    return cutText('[Throws]', limit);
  }
  return cutText(to.visits > MAX_VISITS ? to.text + CUT_MARK : to.text, limit);
};
