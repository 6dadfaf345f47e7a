import { EMAIL } from '../kinds.js';
import {
  CLOSE_ROUND,
  COLON,
  DASH,
  DOT,
  isDigit,
  isDomainLabel,
  isEmailLocal,
  isLetter,
  isOtherLetter,
  OPEN_ROUND,
  PERCENT,
  SINGLE_QUOTE,
} from './characters.js';
import { type Cursor, type Detector, found, isEnabled } from './cursor.js';

const IMAGE_AT_SCALE = /^\dx\.(?:png|jpe?g|gif|webp|svg|avif|ico)/i;

/** `lodash@4.17.21-beta.next`: a package's version. */
const isVersion = (text: string, at: number): boolean => {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end++;
  return end > at && text.charCodeAt(end) === DOT && isDigit(text.charCodeAt(end + 1));
};

/** The end of the letters from `at`: where a top-level domain could end. */
const lettersEnd = (text: string, at: number): number => {
  let end = at;
  while (isLetter(text.charCodeAt(end)) || isOtherLetter(text.charCodeAt(end))) end++;
  return end;
};

const labelEnd = (text: string, at: number): number => {
  let end = at;
  while (isDomainLabel(text.charCodeAt(end))) end++;
  return end;
};

/** The end of the domain name that begins at `at`, its last label a top-level domain; -1: none. */
const domainEnd = (text: string, at: number): number => {
  let end = -1;
  for (let from = at; ;) {
    const to = labelEnd(text, from);
    if (to === from) return end;
    if (from > at) {
      const letters = lettersEnd(text, from);
      if (text.startsWith('xn--', from)) end = to;
      else if (letters - from >= 2 && (letters === to || text.charCodeAt(letters) === DASH)) end = letters;
    }
    if (text.charCodeAt(to) !== DOT) return end;
    from = to + 1;
  }
};

const isTrimmed = (code: number): boolean => code === DOT || code === DASH || code === SINGLE_QUOTE || code === PERCENT;

/** `at` is where the sign begins, `after` where it ends: it comes as `@`, as `%40` and as `\u0040`. */
export const emailAround = (cursor: Cursor, at: number, after: number): number => {
  const { text, floor } = cursor;
  if (!isEnabled(cursor, EMAIL)) return after;
  let start = at;
  // Behind an encoded sign everything is encoded: a `%` is none of the address.
  const isEncoded = text.charCodeAt(at) === PERCENT;
  while (start > floor && isEmailLocal(text.charCodeAt(start - 1))) {
    if (isEncoded && text.charCodeAt(start - 1) === PERCENT) break;
    start--;
  }
  while (start < at && isTrimmed(text.charCodeAt(start))) start++;
  if (start === at || isVersion(text, after)) return after;
  const end = domainEnd(text, after);
  if (end === -1) return after;
  const next = text.charCodeAt(end);
  if (next === COLON && text.startsWith('git@', start) && !isDigit(text.charCodeAt(end + 1))) return end;
  if (next === OPEN_ROUND && text.charCodeAt(end + 1) === CLOSE_ROUND) return end;
  if (isDigit(text.charCodeAt(after)) && IMAGE_AT_SCALE.test(text.slice(after, after + 8))) return end;
  return found(cursor, EMAIL, start, end);
};

/** RFC 5322 addresses as they are met: no quoted local parts, no comments; letters beyond ASCII as of RFC 6531. */
export const emailAt: Detector = (cursor, at) => emailAround(cursor, at, at + 1);

/** At `%`. */
export const encodedEmailAt: Detector = (cursor, at) =>
  cursor.text.startsWith('40', at + 1) ? emailAround(cursor, at, at + 3) : at + 1;
