const DIGIT = 1;
const LETTER = 2;
const HEX_LETTER = 4;
const BASE64 = 8;
const BASE64_URL = 16;
const EMAIL_LOCAL = 32;

const CLASSES = new Uint8Array(128);
const add = (characters: string, bits: number): void => {
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i);
    CLASSES[code] = (CLASSES[code] as number) | bits;
  }
};
add('0123456789', DIGIT | BASE64 | BASE64_URL | EMAIL_LOCAL);
add('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER | BASE64 | BASE64_URL | EMAIL_LOCAL);
add('abcdefABCDEF', HEX_LETTER);
add('+/=', BASE64);
add('-_', BASE64_URL | EMAIL_LOCAL);
add(".%+'", EMAIL_LOCAL);

/** Beyond the text a code is NaN, which is of no class. */
const isOf = (code: number, bits: number): boolean => code < 128 && ((CLASSES[code] as number) & bits) !== 0;

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
export const isLetter = (code: number): boolean => isOf(code, LETTER);
export const isAlphanumeric = (code: number): boolean => isOf(code, LETTER | DIGIT);
/** Letters, digits and `_`: what an identifier is made of. */
export const isWord = (code: number): boolean => code === UNDERSCORE || isOf(code, LETTER | DIGIT);
export const isHex = (code: number): boolean => isOf(code, HEX_LETTER | DIGIT);
export const isBase64 = (code: number): boolean => isOf(code, BASE64);
export const isBase64Url = (code: number): boolean => isOf(code, BASE64_URL);
export const isUpper = (code: number): boolean => code >= 65 && code <= 90;
export const isSpace = (code: number): boolean =>
  code === 32 || code === 9 || code === 10 || code === 13 || code === 0xa0;

/** Latin, Greek and Cyrillic letters beyond ASCII: scripts with spaces between words, so that a run of them is a name. */
export const isOtherLetter = (code: number): boolean =>
  (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) || (code >= 0x370 && code <= 0x52f);

export const isEmailLocal = (code: number): boolean => isOf(code, EMAIL_LOCAL) || isOtherLetter(code);
export const isDomainLabel = (code: number): boolean =>
  code === DASH || isOf(code, LETTER | DIGIT) || isOtherLetter(code);

export const DASH = 45;
export const DOT = 46;
export const SLASH = 47;
export const COLON = 58;
export const EQUALS = 61;
export const AT_SIGN = 64;
export const BACKSLASH = 92;
export const UNDERSCORE = 95;
export const SPACE = 32;
export const DOUBLE_QUOTE = 34;
export const SINGLE_QUOTE = 39;
export const BACKTICK = 96;
export const OPEN_ROUND = 40;
export const CLOSE_ROUND = 41;
export const PLUS = 43;
export const PERCENT = 37;
export const COMMA = 44;
export const NEWLINE = 10;

/** The code units of a text of ASCII. */
export const codesOf = (characters: string): ReadonlySet<number> =>
  new Set(Array.from(characters, (character) => character.charCodeAt(0)));
