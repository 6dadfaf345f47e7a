import { CLOSE_ROUND, DASH, DOT, isDigit, OPEN_ROUND, SLASH, SPACE } from './characters.js';

const MOST_GROUPS = 12;
const MOST_DIGITS = 20;

/** Digits with single separators between, as people write long numbers. */
export interface DigitGroups {
  count: number;
  readonly lengths: Int32Array;
  readonly ends: Int32Array;
  /** Digits up to and with the group. */
  readonly digits: Int32Array;
  /** The separator before the group as a code unit; dashes and spaces of all kinds as `-` and ` `, `) ` as `)`. */
  readonly separators: Int32Array;
}

export const newDigitGroups = (): DigitGroups => ({
  count: 0,
  lengths: new Int32Array(MOST_GROUPS),
  ends: new Int32Array(MOST_GROUPS),
  digits: new Int32Array(MOST_GROUPS),
  separators: new Int32Array(MOST_GROUPS),
});

const plain = (code: number): number => {
  if (code === 0xa0 || code === 0x2009 || code === 0x202f) return SPACE;
  return code >= 0x2010 && code <= 0x2013 ? DASH : code;
};

const isSeparator = (code: number): boolean => code === SPACE || code === DASH || code === DOT || code === SLASH;

/** Length of the separator at `at` that a digit follows; 0: none. */
export const separatorLength = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  if (code > 57 && code < 0xa0) return 0;
  const first = plain(code);
  const isBracket =
    first === CLOSE_ROUND || first === OPEN_ROUND || (first === SPACE && text.charCodeAt(at + 1) === OPEN_ROUND);
  if (!isBracket && !isSeparator(first)) return 0;
  if (isDigit(text.charCodeAt(at + 1))) return 1;
  if (!isBracket) return 0;
  return (first === SPACE || isSeparator(plain(text.charCodeAt(at + 1)))) && isDigit(text.charCodeAt(at + 2)) ? 2 : 0;
};

/** Reads the groups from the digit at `at`: at most 12 of them, no group added beyond 20 digits. Returns the end of the first. */
export const readDigitGroups = (groups: DigitGroups, text: string, at: number): number => {
  let total = 0;
  let separator = 0;
  groups.count = 0;
  for (let from = at; groups.count < MOST_GROUPS && total <= MOST_DIGITS;) {
    let end = from + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    total += end - from;
    groups.lengths[groups.count] = end - from;
    groups.ends[groups.count] = end;
    groups.digits[groups.count] = total;
    groups.separators[groups.count++] = separator;
    const gap = separatorLength(text, end);
    if (gap === 0) break;
    separator = plain(text.charCodeAt(end));
    from = end + gap;
  }
  return groups.ends[0] as number;
};

/** The lengths of the first groups are these. */
export const hasShape = (groups: DigitGroups, shape: readonly number[]): boolean => {
  if (groups.count < shape.length) return false;
  for (let i = 0; i < shape.length; i++) if (groups.lengths[i] !== shape[i]) return false;
  return true;
};
