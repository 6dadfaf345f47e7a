import type { Highlight } from './match-text.js';

/** Finds the places of one string in texts; null: the text does not hold it. */
export type SubstringFinder = (text: string) => readonly Highlight[] | null;

const MAX_HIGHLIGHTS = 256;
const BEYOND_ASCII = /[^\0-\x7f]/;

const foldUnit = (character: string): string => character.toUpperCase().toLowerCase();

/** Lower case, and for each of its code units which unit of the text it comes from. */
const foldWithPlaces = (text: string): { folded: string; places: Uint32Array } => {
  const parts: string[] = [];
  const places = new Uint32Array(text.length * 3 + 1);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const part = foldUnit(text.charAt(at));
    places.fill(at, length, (length += part.length));
    parts.push(part);
  }
  places[length] = text.length;
  return { folded: parts.join(''), places };
};

/**
 * Creates the search for `needle` as it stands, punctuation and spaces included, in upper or lower case. Throws where
 * `needle` is empty.
 */
export const createSubstringFinder = (needle: string): SubstringFinder => {
  if (needle === '') throw new Error('nothing to search for');
  const wanted = foldWithPlaces(needle).folded;
  return (text) => {
    const { folded, places } = BEYOND_ASCII.test(text)
      ? foldWithPlaces(text)
      : { folded: text.toLowerCase(), places: null };
    const found: Highlight[] = [];
    let at = folded.indexOf(wanted);
    while (at >= 0 && found.length < MAX_HIGHLIGHTS) {
      const last = at + wanted.length - 1;
      found.push(
        places === null
          ? { start: at, end: last + 1 }
          : { start: places[at] as number, end: (places[last] as number) + 1 },
      );
      at = folded.indexOf(wanted, last + 1);
    }
    return found.length === 0 ? null : found;
  };
};
