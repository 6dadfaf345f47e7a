import { PHONE } from '../kinds.js';
import { CLOSE_ROUND, isDigit, isWord, OPEN_ROUND, PLUS } from './characters.js';
import { type Detector, isEnabled } from './cursor.js';
import { readDigitGroups } from './digit-groups.js';
import { bracketedPhoneAt, foundPhone } from './phones.js';

/** Codes that no country has (ITU-T E.164, list of assigned country codes). */
const UNASSIGNED = /^(?:0|28|83|89)/;

const continuesCode = (code: number): boolean => isWord(code) || code === PLUS;

/** At `+`: a country's code and 8 to 15 digits in all (E.164); 9 without separators, which could be a plain sum. */
export const plusPhoneAt: Detector = (cursor, at) => {
  const { text, floor, groups } = cursor;
  const from = text.charCodeAt(at + 1) === OPEN_ROUND ? at + 2 : at + 1;
  if (!isEnabled(cursor, PHONE) || !isDigit(text.charCodeAt(from))) return at + 1;
  if ((at > floor && continuesCode(text.charCodeAt(at - 1))) || UNASSIGNED.test(text.slice(from, from + 2)))
    return at + 1;
  const firstEnd = readDigitGroups(groups, text, from);
  const isNanp = text.charCodeAt(from) === 49;
  let last = 0;
  while (last + 1 < groups.count && (groups.digits[last + 1] as number) <= (isNanp ? 11 : 15)) last++;
  const digits = groups.digits[last] as number;
  if (digits > 15 || digits < (last === 0 ? 9 : 8)) return firstEnd;
  const end = foundPhone(cursor, at, groups.ends[last] as number);
  return end === -1 ? firstEnd : end;
};

/** At `(`. */
export const bracketAt: Detector = (cursor, at) => {
  const { text, floor, groups } = cursor;
  if (!isDigit(text.charCodeAt(at + 1)) || !isEnabled(cursor, PHONE)) return at + 1;
  if (at > floor && (isWord(text.charCodeAt(at - 1)) || text.charCodeAt(at - 1) === CLOSE_ROUND)) return at + 1;
  readDigitGroups(groups, text, at + 1);
  const end = bracketedPhoneAt(cursor, at);
  return end === -1 ? at + 1 : end;
};
