import { SSN } from '../kinds.js';
import { DASH, isDigit, isWord, SPACE } from './characters.js';
import { namesSsn } from './context-words.js';
import { type Cursor, found, isEnabled } from './cursor.js';
import { hasShape } from './digit-groups.js';

const SHAPE = [3, 2, 4];

/** Never issued: area 000, 666 and 900 to 999, group 00, serial 0000 (SSA, "Social Security number randomization"). */
const isIssuable = (digits: string): boolean => {
  const area = Number(digits.slice(0, 3));
  return area !== 0 && area !== 666 && area < 900 && !digits.startsWith('00', 3) && !digits.endsWith('0000');
};

export const ssnAt = (cursor: Cursor, at: number, isJoined: boolean): number => {
  const { text, groups } = cursor;
  if (!isEnabled(cursor, SSN)) return -1;
  if (hasShape(groups, SHAPE)) {
    const separator = groups.separators[1];
    const end = groups.ends[2] as number;
    if (
      (separator !== DASH && separator !== SPACE) ||
      groups.separators[2] !== separator ||
      isWord(text.charCodeAt(end))
    )
      return -1;
    // A fourth group in the same writing makes it some other number.
    if (text.charCodeAt(end) === DASH && isDigit(text.charCodeAt(end + 1))) return -1;
    const digits = text.slice(at, at + 3) + text.slice(at + 4, at + 6) + text.slice(at + 7, at + 11);
    if (!isIssuable(digits) || (isJoined && !namesSsn(cursor, at))) return -1;
    return found(cursor, SSN, at, end);
  }
  if (groups.lengths[0] !== 9) return -1;
  const end = at + 9;
  if (isWord(text.charCodeAt(end)) || !isIssuable(text.slice(at, end)) || !namesSsn(cursor, at)) return -1;
  return found(cursor, SSN, at, end);
};
