import { PHONE } from '../kinds.js';
import { CLOSE_ROUND, DASH, DOT, isDigit, isWord, SLASH, SPACE } from './characters.js';
import { namesPhone } from './context-words.js';
import { type Cursor, found, isEnabled } from './cursor.js';
import { type DigitGroups, hasShape } from './digit-groups.js';

const NANP = [3, 3, 4];
const NANP_WITH_TRUNK = [1, 3, 3, 4];
const CHINA_MOBILE = [3, 4, 4];
const LOCAL = [3, 4];
const RUSSIA = [1, 3, 3, 2, 2];
const EXTENSION = /^,? ?(?:x|ext\.?|extension|#) ?\d{1,6}(?!\w)/i;

const digitAt = (text: string, at: number): number => text.charCodeAt(at) - 48;

/** Notes a phone number with its extension; -1 where it goes on as something else. */
export const foundPhone = (cursor: Cursor, start: number, end: number): number => {
  const { text } = cursor;
  const extension = EXTENSION.exec(text.slice(end, end + 20))?.[0].length ?? 0;
  if (extension > 0) return found(cursor, PHONE, start, end + extension);
  const next = text.charCodeAt(end);
  if (isWord(next) || ((next === DASH || next === DOT) && isDigit(text.charCodeAt(end + 1)))) return -1;
  return found(cursor, PHONE, start, end);
};

/** North America: no area begins with 0, nor with 1 but where dashes tell; with spaces the exchange doesn't either, since plain numbers stand so. */
const nanpEnd = (text: string, at: number, groups: DigitGroups, first: number): number => {
  const separator = groups.separators[first + 2];
  const areaAt = first === 0 ? at : (groups.ends[first] as number) - 3;
  const exchangeAt = (groups.ends[first + 1] as number) - 3;
  if (digitAt(text, areaAt) === 0 || separator === SLASH) return -1;
  if (separator !== DASH && digitAt(text, areaAt) < 2) return -1;
  if (separator !== DASH && separator !== DOT && digitAt(text, exchangeAt) < 2) return -1;
  const next = first + 3;
  const isList = groups.count > next && groups.separators[next] === separator && (groups.lengths[next] as number) > 2;
  return isList ? -1 : (groups.ends[first + 2] as number);
};

/** A trunk `0`, or `00` before a country's code: two groups or more, 9 to 12 digits (11 to 17 with the country). */
const trunkEnd = (text: string, at: number, groups: DigitGroups): number => {
  const isInternational = text.charCodeAt(at + 1) === 48;
  const first = groups.lengths[0] as number;
  if (first < (isInternational ? 3 : 2) || first > 6 || (isInternational && text.charCodeAt(at + 2) === 48)) return -1;
  let last = 0;
  while (last + 1 < groups.count && (groups.digits[last + 1] as number) <= (isInternational ? 17 : 12)) {
    last++;
    if ((groups.lengths[last] as number) < 2 && !isInternational) return -1;
  }
  // France writes five pairs; more of them are a list of numbers.
  const isPairs = first === 2 && groups.lengths[1] === 2 && groups.lengths[2] === 2;
  if (isPairs && (last !== 4 || (groups.count > 5 && groups.lengths[5] === 2))) return -1;
  const isEnough = (groups.digits[last] as number) >= (isInternational ? 11 : 9);
  return last > 0 && isEnough ? (groups.ends[last] as number) : -1;
};

const isDateOrDecimal = (text: string, at: number, groups: DigitGroups): boolean => {
  const [first, second, third] = groups.lengths;
  if (groups.count === 2) return groups.separators[1] === DOT;
  if (groups.count < 3 || second !== 2) return false;
  const isYear = text.startsWith('19', at) || text.startsWith('20', at);
  return (first === 4 && third === 2 && isYear) || (first === 2 && third === 4);
};

/** Any 7 to 15 digits where the words before speak of a phone. */
const namedEnd = (cursor: Cursor, at: number): number => {
  const { text, groups } = cursor;
  const isLong = (groups.lengths[0] as number) >= 7;
  let last = 0;
  while (!isLong && last + 1 < groups.count && (groups.digits[last + 1] as number) <= 15) last++;
  const digits = groups.digits[last] as number;
  if (digits < 7 || digits > 15 || isDateOrDecimal(text, at, groups) || !namesPhone(cursor, at)) return -1;
  return groups.ends[last] as number;
};

const isChineseMobile = (text: string, at: number): boolean => digitAt(text, at) === 1 && digitAt(text, at + 1) > 2;

const shapedEnd = (text: string, at: number, groups: DigitGroups): number => {
  const first = digitAt(text, at);
  if (first !== 0 && hasShape(groups, NANP)) return nanpEnd(text, at, groups, 0);
  if (first === 1 && hasShape(groups, NANP_WITH_TRUNK)) return nanpEnd(text, at, groups, 1);
  if ((first === 8 || first === 7) && hasShape(groups, RUSSIA)) return groups.ends[4] as number;
  if (first === 0) return trunkEnd(text, at, groups);
  if (groups.count === 3 && hasShape(groups, CHINA_MOBILE) && isChineseMobile(text, at))
    return groups.ends[2] as number;
  if (groups.count === 2 && hasShape(groups, LOCAL) && text.startsWith('555', at)) return groups.ends[1] as number;
  const isBare = groups.count === 1 && groups.lengths[0] === 11 && isChineseMobile(text, at);
  const isAmongHan = text.charCodeAt(at - 1) >= 0x3000 || text.charCodeAt(at + 11) >= 0x3000;
  return isBare && isAmongHan ? at + 11 : -1;
};

/** A number without its country's code, from its first digit. */
export const phoneAt = (cursor: Cursor, at: number, isJoined: boolean): number => {
  if (isJoined || !isEnabled(cursor, PHONE)) return -1;
  let end = shapedEnd(cursor.text, at, cursor.groups);
  if (end === -1) end = namedEnd(cursor, at);
  return end === -1 ? -1 : foundPhone(cursor, at, end);
};

/** `(202) 555-0143`, `(11) 91234-5678`, `(030) 901820`: from the bracket, the groups read from behind it. */
export const bracketedPhoneAt = (cursor: Cursor, at: number): number => {
  const { text, groups } = cursor;
  if (groups.count < 2 || groups.separators[1] !== CLOSE_ROUND) return -1;
  const area = groups.lengths[0] as number;
  let last = 1;
  if (groups.count > 2 && groups.separators[2] !== SLASH && groups.lengths[2] === 4) last = 2;
  else if (groups.count > 2 && groups.separators[2] === SPACE && text.charCodeAt(at + 1) === 48) last = 2;
  const digits = groups.digits[last] as number;
  const isNational = area >= 2 && area <= 5 && digits >= 9 && digits <= 12;
  const isLikely = isNational && (last === 2 || text.charCodeAt(at + 1) === 48);
  if (!isLikely && !(digits >= 7 && digits <= 15 && namesPhone(cursor, at))) return -1;
  return foundPhone(cursor, at, groups.ends[last] as number);
};
