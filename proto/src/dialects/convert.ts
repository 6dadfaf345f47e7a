import type { Attributes, Json } from '../document/index.js';
import { lenientJson } from './lenient-json.js';

/** Reads a sent value; undefined: it says nothing here. */
export type Convert = (value: Json) => Json | undefined;

export const isRecord = (value: Json | undefined): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

const NUMERIC = /^\s*-?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/;

export const number: Convert = (value) => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && NUMERIC.test(value) ? Number(value) : undefined;
};

/** A whole number, not negative. */
export const count: Convert = (value) => {
  const read = number(value);
  return typeof read === 'number' && read >= 0 ? Math.round(read) : undefined;
};

const QUOTED = /^"[^]*"$/;

/** A text that is not empty, without quotes where all of it is JSON; numbers as text. */
export const label: Convert = (value) => {
  if (typeof value === 'string') {
    const text = QUOTED.test(value) ? lenientJson(value) : value;
    return typeof text !== 'string' ? value : text.trim() === '' ? undefined : text;
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** Of flags that are set or not sent. */
export const onlyTrue: Convert = (value) =>
  value === true || (typeof value === 'string' && value.toLowerCase() === 'true') ? true : undefined;

/** A list of texts, however it came: as a list, as JSON of one, or as a single text. */
export const texts: Convert = (value) => {
  const read = typeof value === 'string' && value.includes('[') ? lenientJson(value) : value;
  const list = isList(read) ? read : [read];
  const labels = list.map(label).filter((item) => item !== undefined);
  return labels.length === 0 ? undefined : labels;
};

/** As `texts`, with those that are only space: a line's end is what stops most. */
export const sequences: Convert = (value) => {
  const read = typeof value === 'string' && value.startsWith('[') ? lenientJson(value) : value;
  const list = (isList(read) ? read : [read]).filter((item) => typeof item === 'string' && item !== '');
  return list.length === 0 ? undefined : list;
};

/** A list of texts; a single text may hold several with commas between. */
export const commaTexts: Convert = (value) => {
  const parts = typeof value === 'string' && !value.includes('[') ? value.split(/\s*,\s*/) : value;
  return texts(parts);
};

/** What was looked for: a text, or a record that holds it. */
export const queryText: Convert = (value) => {
  const read = lenientJson(value);
  return isRecord(read) ? label(read.query ?? read.input ?? read.question ?? value) : label(value);
};

/** Anything; JSON as what it says. */
export const record: Convert = (value) => {
  const read = lenientJson(value);
  return read === null || read === '' ? undefined : read;
};

export const always =
  (meaning: Json): Convert =>
  () =>
    meaning;

/** A word of another vocabulary as ours; unknown words say nothing. */
export const oneOf = (meanings: Readonly<Record<string, string>>): Convert => {
  const known = new Map(Object.entries(meanings));
  return (value) => (typeof value === 'string' ? known.get(value.toLowerCase().replaceAll('"', '')) : undefined);
};

export const millisToSeconds: Convert = (value) => {
  const millis = number(value);
  return typeof millis === 'number' ? millis / 1000 : undefined;
};

/** How long a vector is; of several vectors, the first. */
export const lengthOf: Convert = (value) => {
  const read = lenientJson(value);
  if (!isList(read)) return undefined;
  const [first] = read;
  if (typeof first === 'number') return read.length;
  return first === undefined ? undefined : lengthOf(first);
};

/** `a.b.c` within a record; JSON on the way as what it says. Empty: the record itself. */
export const valueAt = (value: Json, path: string): Json | undefined => {
  if (path === '') return value;
  let at: Json | undefined = value;
  for (const name of path.split('.')) {
    const parsed: Json | undefined = typeof at === 'string' ? lenientJson(at) : at;
    if (isList(parsed)) at = parsed[Number(name)];
    else if (isRecord(parsed) && Object.hasOwn(parsed, name)) at = parsed[name];
    else return undefined;
  }
  return at;
};
