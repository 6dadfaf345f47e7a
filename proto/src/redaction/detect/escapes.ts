import { BACKSLASH, codesOf, isHex } from './characters.js';

const isEscapedUnit = (text: string, at: number): boolean => {
  for (let i = at; i < at + 4; i++) if (!isHex(text.charCodeAt(i))) return false;
  return true;
};

const LETTERS = codesOf('nrtbf');
const U = 117;

/** End of the escape sequence from the backslashes at `at`, however often it was escaped again: none of it is part of a word. */
export const escapeEnd = (text: string, at: number): number => {
  let end = at + 1;
  while (text.charCodeAt(end) === BACKSLASH) end++;
  const letter = text.charCodeAt(end);
  if (letter === U) return isEscapedUnit(text, end + 1) ? end + 5 : end;
  return LETTERS.has(letter) ? end + 1 : end;
};
