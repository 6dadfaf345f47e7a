const BACKSLASH = 92;
const COLON = 58;
const COMMA = 44;
const OPEN_SQUARE = 91;
const QUOTE = 34;

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;
/** n, r, t. */
const isSpaceLetter = (code: number): boolean => code === 110 || code === 114 || code === 116;

/** Back over spaces, those written as escapes too: JSON within JSON has them so. */
const skipSpacesBack = (text: string, at: number): number => {
  let i = at;
  for (;;) {
    if (isSpace(text.charCodeAt(i))) i--;
    else if (isSpaceLetter(text.charCodeAt(i)) && text.charCodeAt(i - 1) === BACKSLASH) {
      i--;
      while (text.charCodeAt(i) === BACKSLASH) i--;
    } else return i;
  }
};

/** Begins as an object, a list or a text of JSON, behind the margin that a scanned text has. */
export const BEGINS_JSON = /^\0?\s*[[{"]/;

/**
 * A number of JSON whose place a label takes needs quotes around it, as many times escaped as the quotes of its key.
 * Null: what stands there is a text already. Of a list's element only the plain quotes are tried.
 */
export const quotesOfNumber = (text: string, start: number): string | null => {
  const before = skipSpacesBack(text, start - 1);
  const code = text.charCodeAt(before);
  if (code === COMMA || code === OPEN_SQUARE) return BEGINS_JSON.test(text) ? '"' : null;
  if (code !== COLON) return null;
  const quoteAt = skipSpacesBack(text, before - 1);
  if (text.charCodeAt(quoteAt) !== QUOTE) return null;
  let from = quoteAt;
  while (from > 0 && text.charCodeAt(from - 1) === BACKSLASH) from--;
  return text.slice(from, quoteAt + 1);
};

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
export const isNumber = (value: string): boolean => NUMBER.test(value);
