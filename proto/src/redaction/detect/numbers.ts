import { DASH, DOT, isAlphanumeric, isDigit, isLetter, isWord, SLASH } from './characters.js';
import { cardAt } from './cards.js';
import type { Cursor, Detector } from './cursor.js';
import { type DigitGroups, readDigitGroups, separatorLength } from './digit-groups.js';
import { ibanAt } from './ibans.js';
import { ipv4At } from './ipv4s.js';
import { phoneAt } from './phones.js';
import { ssnAt } from './ssns.js';

const digitsEnd = (text: string, at: number): number => {
  let end = at + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
};

/** `$`, `#` and the currencies of Latin 1. */
const isAmountSign = (code: number): boolean =>
  code === 36 || code === 35 || (code >= 0xa2 && code <= 0xa5) || (code >= 0x20a0 && code <= 0x20c0);

/** Goes on from something before it, as `4` does in `a-4`, in `a/4` and in `$4`. */
const joinsBefore = ({ text, floor }: Cursor, at: number): boolean => {
  if (at <= floor) return false;
  const before = text.charCodeAt(at - 1);
  if (before === DASH || before === DOT || before === SLASH)
    return at - 1 > floor && isAlphanumeric(text.charCodeAt(at - 2));
  return isAmountSign(before);
};

/** Fewer are no card, no social security number and no phone. */
const LEAST_DIGITS = 7;
const LEAST_CARD = 13;

/** Groups with `-` or `/` between, as in a date: each of them goes on from the one before it, so that none begins anything. */
const isJoined = ({ count, separators }: DigitGroups): boolean => {
  for (let i = 1; i < count; i++) if (separators[i] !== DASH && separators[i] !== SLASH) return false;
  return true;
};

const numberEnd = (cursor: Cursor, at: number, firstEnd: number, digits: number): number => {
  const { groups } = cursor;
  const isDotted = groups.count > 3 && groups.separators[3] === DOT && firstEnd - at < 4;
  let end = isDotted ? ipv4At(cursor, at) : -1;
  if (end !== -1 || digits < LEAST_DIGITS) return end;
  if (digits >= LEAST_CARD) end = cardAt(cursor, at);
  if (end !== -1) return end;
  const joins = joinsBefore(cursor, at);
  end = ssnAt(cursor, at, joins);
  return end === -1 ? phoneAt(cursor, at, joins) : end;
};

/** At a digit: an address, card, social security or phone number from here, an IBAN from two letters before. */
export const numberAt: Detector = (cursor, at) => {
  const { text, floor, groups } = cursor;
  const before = at > floor ? text.charCodeAt(at - 1) : 0;
  if (isWord(before)) {
    const isCountry = isLetter(before) && at - 2 >= floor && (at - 2 === floor || !isWord(text.charCodeAt(at - 3)));
    const end = isCountry ? ibanAt(cursor, at) : at;
    return cursor.kind === -1 ? digitsEnd(text, at) : end;
  }
  // A fraction, or the second part of a dotted number.
  if (before === DOT && at - 1 > floor && isDigit(text.charCodeAt(at - 2))) return digitsEnd(text, at);
  const runEnd = digitsEnd(text, at);
  if (runEnd - at < LEAST_DIGITS && separatorLength(text, runEnd) === 0) return runEnd;
  const firstEnd = readDigitGroups(groups, text, at);
  const digits = groups.digits[groups.count - 1] as number;
  const end = numberEnd(cursor, at, firstEnd, digits);
  if (end !== -1) return end;
  return digits < LEAST_CARD && isJoined(groups) ? (groups.ends[groups.count - 1] as number) : firstEnd;
};
