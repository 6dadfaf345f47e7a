import { CARD } from '../kinds.js';
import { DASH, DOT, isAlphanumeric, isDigit, SPACE, UNDERSCORE } from './characters.js';
import { namesCard } from './context-words.js';
import { type Cursor, found, isEnabled } from './cursor.js';
import { hasShape } from './digit-groups.js';
import { isIssued, passesLuhn } from './luhn.js';

const firstDigits = (text: string, at: number): number => {
  let value = 0;
  for (let i = at, count = 0; count < 4; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) continue;
    value = value * 10 + code - 48;
    count++;
  }
  return value;
};

/** Four blocks of four with dashes look like a card whoever issued it; with spaces, lists of numbers do too. */
const EMBOSSED = [4, 4, 4, 4];

const endsNumber = (text: string, end: number): boolean => {
  const next = text.charCodeAt(end);
  if (isAlphanumeric(next) || next === UNDERSCORE) return false;
  return next !== DOT || !isDigit(text.charCodeAt(end + 1));
};

/** How many of the groups can be a card's: one separator throughout, blocks as they are embossed. */
const usableGroups = ({ groups }: Cursor): number => {
  const separator = groups.separators[1];
  if (groups.count === 1 || (separator !== SPACE && separator !== DASH && separator !== DOT)) return 1;
  if ((groups.lengths[0] as number) < 4) return 1;
  let count = 1;
  while (count < groups.count && groups.separators[count] === separator && (groups.lengths[count] as number) <= 13)
    count++;
  return count;
};

/** The longest run of whole groups that has 13 to 19 digits, a network's first digits and a right check digit. */
export const cardAt = (cursor: Cursor, at: number): number => {
  const { text, groups } = cursor;
  if (!isEnabled(cursor, CARD)) return -1;
  for (let last = usableGroups(cursor) - 1; last >= 0; last--) {
    const digits = groups.digits[last] as number;
    if (digits < 13) return -1;
    if (digits > 19) continue;
    const end = groups.ends[last] as number;
    if (!endsNumber(text, end) || !passesLuhn(text, at, end)) continue;
    const first = firstDigits(text, at);
    const isEmbossed = last === 3 && groups.separators[1] === DASH && hasShape(groups, EMBOSSED);
    if (isIssued(first, digits) || isEmbossed || namesCard(cursor, at)) return found(cursor, CARD, at, end);
  }
  return -1;
};
