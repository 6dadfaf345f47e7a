import { IP } from '../kinds.js';
import { COLON, DASH, DOT, EQUALS, isAlphanumeric, isDigit, isLetter, isWord, PLUS, SLASH } from './characters.js';
import { namesVersion } from './context-words.js';
import { type Cursor, found, isEnabled } from './cursor.js';

/** End of four octets without leading zeros from `at`; -1: they aren't there. */
export const ipv4End = (text: string, at: number): number => {
  let i = at;
  for (let octets = 0; octets < 4; octets++) {
    if (octets > 0 && text.charCodeAt(i++) !== DOT) return -1;
    let value = 0;
    const from = i;
    for (; i - from < 3 && isDigit(text.charCodeAt(i)); i++) value = value * 10 + text.charCodeAt(i) - 48;
    if (i === from || value > 255 || (i - from > 1 && text.charCodeAt(from) === 48)) return -1;
  }
  return i;
};

const PRE_RELEASE = /^-(?:alpha|beta|rc|dev|pre|snapshot|nightly|canary|build|release|post|patch|preview|final|ga)/i;
const FILE_ENDING = /^\.(?:jar|war|zip|tar|tgz|gz|whl|exe|dll|msi|deb|rpm|dmg|apk|so|nupkg|gem)\b/i;

/** What follows makes it a version: a fifth part, a pre-release or build mark, the ending of a file. */
const continuesAsVersion = (text: string, end: number): boolean => {
  const next = text.charCodeAt(end);
  if (isWord(next)) return true;
  if (next === DOT) return isDigit(text.charCodeAt(end + 1)) || FILE_ENDING.test(text.slice(end, end + 7));
  if (next === PLUS) return isAlphanumeric(text.charCodeAt(end + 1));
  return next === DASH && PRE_RELEASE.test(text.slice(end, end + 10));
};

/** `Chrome/120.0.0.0`: a product of RFC 9110, told from `host/10.1.2.3` by the zeros that browsers freeze their versions to. */
const isProductVersion = (text: string, at: number, end: number): boolean =>
  text.charCodeAt(at - 1) === SLASH && isLetter(text.charCodeAt(at - 2)) && text.startsWith('.0.0', end - 4);

export const ipv4At = (cursor: Cursor, at: number): number => {
  const { text } = cursor;
  if (!isEnabled(cursor, IP)) return -1;
  const end = ipv4End(text, at);
  if (end === -1 || continuesAsVersion(text, end) || isProductVersion(text, at, end)) return -1;
  if (text.charCodeAt(at - 1) === EQUALS && text.charCodeAt(at - 2) === EQUALS) return -1;
  // A tag of an image, as in `app:1.2.3.4-alpine`.
  if (text.charCodeAt(at - 1) === COLON && text.charCodeAt(end) === DASH && isLetter(text.charCodeAt(end + 1)))
    return -1;
  return namesVersion(cursor, at) ? -1 : found(cursor, IP, at, end);
};
