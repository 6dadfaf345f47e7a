import { createTermReader } from 'noveum-proto';

import { createTermDictionary, type TermDictionary } from './term-dictionary.js';

/**
 * The distinct terms of texts, as numbers of a dictionary. A conversation sends its messages again with each turn: a
 * text that was read lately is not read again.
 */
export interface TextTerms {
  readonly dictionary: TermDictionary;
  /** Valid until `forget`. */
  of(text: string): Int32Array;
  /** Empties the dictionary if it is full; numbers given before mean nothing then. Returns whether it did. */
  forget(): boolean;
}

/** Of each of two generations: the younger becomes the older when it is full. */
const REMEMBERED_UNITS = 8 * 1024 * 1024;
const MAX_REMEMBERED_TEXTS = 50_000;
const MAX_INT = 0x7fffffff;

interface Remembered {
  readonly text: string;
  readonly terms: Int32Array;
}

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
  let ids = new Int32Array(1024);
  let count = 0;
  /** By term: the number of the text that had it last. */
  let lastText = new Int32Array(1 << 14);
  let text = 0;

  const read = createTermReader((units, from, to) => {
    const id = dictionary.idOf(units, from, to);
    if (id >= lastText.length) {
      const wider = new Int32Array(2 * Math.max(id, lastText.length));
      wider.set(lastText);
      lastText = wider;
    }
    if (lastText[id] === text) return;
    lastText[id] = text;
    if (count === ids.length) {
      const wider = new Int32Array(2 * count);
      wider.set(ids);
      ids = wider;
    }
    ids[count++] = id;
  });

  const remember = (sample: number, remembered: Remembered): void => {
    if (youngerUnits + remembered.text.length > REMEMBERED_UNITS || younger.size >= MAX_REMEMBERED_TEXTS) {
      older = younger;
      younger = new Map();
      youngerUnits = 0;
    }
    younger.set(sample, remembered);
    youngerUnits += remembered.text.length;
  };

  return {
    dictionary,
    of(whole) {
      const sample = sampleOf(whole);
      const known = younger.get(sample);
      if (known?.text === whole) return known.terms;
      const old = older.get(sample);
      if (old?.text === whole) {
        remember(sample, old);
        return old.terms;
      }
      if (text === MAX_INT) lastText.fill(0);
      text = text === MAX_INT ? 1 : text + 1;
      count = 0;
      read(whole);
      const terms = ids.slice(0, count);
      remember(sample, { text: whole, terms });
      return terms;
    },
    forget() {
      if (!dictionary.isFull()) return false;
      dictionary.clear();
      younger = new Map();
      older = new Map();
      youngerUnits = 0;
      lastText.fill(0);
      return true;
    },
  };
};
