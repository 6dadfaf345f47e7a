import { createTermDictionary, createTermReader, type TermDictionary } from 'noveum-proto';

/**
 * The terms of texts, as numbers of a dictionary. A conversation sends its messages again with each turn: a text that
 * came twice lately is not read a third time.
 */
export interface TextTerms {
  readonly dictionary: TermDictionary;
  /** A number that no trace was given since `forget` was last true. */
  nextMark(): number;
  /** The terms of a text which the trace with that mark had not yet; few may be among them again. Valid until the next call. */
  newTo(mark: number, text: string): Int32Array;
  /** Empties the dictionary if it is full. Numbers and marks given before mean nothing then. Returns whether it did. */
  forget(): boolean;
}

/** Of each of two generations of texts that came twice: the younger becomes the older when it is full. */
const REMEMBERED_UNITS = 4 * 1024 * 1024;
const MAX_REMEMBERED_TEXTS = 20_000;
/** Marks are 32-bit numbers, with room for those that are given before the next `forget`. */
const LAST_MARK = 0x70000000;

interface Remembered {
  readonly text: string;
  readonly terms: Int32Array;
}

/** Samples of texts that came once, each at a place of its own until another takes it; a power of two. */
const SEEN_PLACES = 1 << 17;

const SAMPLES = 24;

/** Tells most texts apart without reading them whole; which is the same is settled by comparing. */
const sampleOf = (text: string): number => {
  let hash = text.length;
  const step = Math.max(1, Math.floor(text.length / SAMPLES));
  for (let at = text.length - 1; at >= 0; at -= step) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
};

export const createTextTerms = (): TextTerms => {
  const dictionary = createTermDictionary();
  let younger = new Map<number, Remembered>();
  let older = new Map<number, Remembered>();
  let youngerUnits = 0;
  const seen = new Int32Array(SEEN_PLACES);
  let terms = new Int32Array(4096);
  let count = 0;
  let lastMark = 0;
  let readingFor = 0;

  const read = createTermReader((units, from, to) => {
    const id = dictionary.note(units, from, to, readingFor);
    if (id < 0) return;
    if (count === terms.length) {
      const wider = new Int32Array(2 * count);
      wider.set(terms);
      terms = wider;
    }
    terms[count++] = id;
  });

  const readFor = (mark: number, text: string): Int32Array => {
    readingFor = mark;
    count = 0;
    read(text);
    return terms.subarray(0, count);
  };

  const againFor = (mark: number, known: Int32Array): Int32Array => {
    if (terms.length < known.length) terms = new Int32Array(2 * known.length);
    count = 0;
    for (const term of known) if (dictionary.noteAgain(term, mark)) terms[count++] = term;
    return terms.subarray(0, count);
  };

  const remember = (sample: number, remembered: Remembered): void => {
    if (youngerUnits + remembered.text.length > REMEMBERED_UNITS || younger.size >= MAX_REMEMBERED_TEXTS) {
      older = younger;
      younger = new Map();
      youngerUnits = 0;
    }
    younger.set(sample, remembered);
    youngerUnits += remembered.text.length;
  };

  const recall = (sample: number, text: string): Remembered | null => {
    const known = younger.get(sample);
    if (known?.text === text) return known;
    const old = older.get(sample);
    if (old?.text !== text) return null;
    remember(sample, old);
    return old;
  };

  return {
    dictionary,
    nextMark: () => ++lastMark,
    newTo(mark, text) {
      const sample = sampleOf(text);
      const known = recall(sample, text);
      if (known !== null) return againFor(mark, known.terms);
      const place = (sample ^ (sample >>> 15)) & (SEEN_PLACES - 1);
      if (seen[place] !== sample) {
        seen[place] = sample;
        return readFor(mark, text);
      }
      const itsTerms = readFor(++lastMark, text).slice();
      remember(sample, { text, terms: itsTerms });
      return againFor(mark, itsTerms);
    },
    forget() {
      if (!dictionary.isFull() && lastMark < LAST_MARK) return false;
      dictionary.clear();
      younger = new Map();
      older = new Map();
      youngerUnits = 0;
      lastMark = 0;
      return true;
    },
  };
};
