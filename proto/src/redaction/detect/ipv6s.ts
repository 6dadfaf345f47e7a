import { IP } from '../kinds.js';
import { CLOSE_ROUND, COLON, DOT, isDigit, isHex, isWord } from './characters.js';
import { type Cursor, type Detector, found, isEnabled } from './cursor.js';
import { ipv4End } from './ipv4s.js';

const OPEN_SQUARE = 91;
const CLOSE_SQUARE = 93;

/** `list[::2]` is a slice, `http://[::2]` an address. */
const isSlice = (text: string, at: number): boolean => {
  if (text.charCodeAt(at - 1) !== OPEN_SQUARE) return false;
  const before = text.charCodeAt(at - 2);
  return isWord(before) || before === CLOSE_SQUARE || before === CLOSE_ROUND;
};

/** End of an address as of RFC 4291, 2.2, from `at`, if it looks like one and not like `a::b` in code; -1: it doesn't. */
const ipv6End = (text: string, at: number): number => {
  let groups = 0;
  let longest = 0;
  let hasDigit = false;
  let isCompressed = false;
  let i = at;
  while (groups < 9) {
    if (text.charCodeAt(i) === COLON) {
      if (text.charCodeAt(i + 1) === COLON) {
        if (isCompressed) return -1;
        isCompressed = true;
        i += 2;
        if (!isHex(text.charCodeAt(i))) break;
      } else if (groups > 0 && isHex(text.charCodeAt(i + 1))) i++;
      else break;
    } else if (groups > 0) break;
    const from = i;
    for (; i - from < 5 && isHex(text.charCodeAt(i)); i++) hasDigit ||= isDigit(text.charCodeAt(i));
    if (i === from || i - from > 4) return -1;
    if (text.charCodeAt(i) === DOT && groups > 0 && ipv4End(text, from) !== -1) {
      groups += 2;
      i = ipv4End(text, from);
      break;
    }
    groups++;
    longest = Math.max(longest, i - from);
  }
  if (isWord(text.charCodeAt(i))) return -1;
  if (!isCompressed) return groups === 8 ? i : -1;
  const isPlausible = longest > 2 || groups > 2 || (text.charCodeAt(at) === COLON && !isSlice(text, at));
  return groups < 8 && hasDigit && isPlausible ? i : -1;
};

/** At the first `:` of a run. */
export const ipv6At: Detector = (cursor: Cursor, at) => {
  const { text, floor } = cursor;
  let start = at;
  while (start > floor && at - start < 5 && isHex(text.charCodeAt(start - 1))) start--;
  const next = text.charCodeAt(at + 1);
  // `key: value`: no address goes on so.
  if (next !== COLON && (start === at || !isHex(next))) return at + 1;
  if (at - start > 4 || !isEnabled(cursor, IP)) return at + 1;
  const before = text.charCodeAt(start - 1);
  if (start > floor && (isWord(before) || before === COLON || before === DOT)) return at + 1;
  const end = ipv6End(text, start);
  return end === -1 ? at + 1 : found(cursor, IP, start, end);
};
