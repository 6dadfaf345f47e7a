import { createTokenScanner } from './token-scanner.js';

/** Of longer words and pairs the beginning is indexed. */
export const MAX_TERM_UNITS = 64;
export const MAX_PAIR_UNITS = 2 * MAX_TERM_UNITS + 1;

/** Called with each term of a text, repeats included: the code units `from` to `to` of `units`; eight more follow. */
export type TermSink = (units: Uint16Array, from: number, to: number) => void;

/** Reads a text into the terms that an index keeps of it. */
export type TermReader = (text: string) => void;

/**
 * Creates a reader that gives every word, every part of a camelCase word, every character of a script without spaces,
 * and every pair of such characters or of words tied by a connector. What `termsOf` a query names is among them
 * wherever the query matches the text.
 */
export const createTermReader = (sink: TermSink): TermReader => {
  const scanner = createTokenScanner({
    token(from, to, _start, _end, joinedFrom) {
      const units = scanner.units();
      sink(units, from, Math.min(to, from + MAX_TERM_UNITS));
      if (joinedFrom >= 0) sink(units, joinedFrom, Math.min(to, joinedFrom + MAX_PAIR_UNITS));
    },
    inner(from, to) {
      sink(scanner.units(), from, Math.min(to, from + MAX_TERM_UNITS));
    },
  });
  return (text) => {
    scanner.scan(text);
  };
};
