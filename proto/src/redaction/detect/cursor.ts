import { isAlphanumeric, isWord } from './characters.js';
import { type DigitGroups, newDigitGroups } from './digit-groups.js';
import type { SecretName } from './secret-names.js';

/** Where the scan is, and what its last step found. One is used again and again: nothing is allocated per character. */
export interface Cursor {
  /** Between margins: a look beyond the text's ends, which is out of bounds, would make every look a slow one. */
  text: string;
  /** Where the text ends and its margin begins. */
  limit: number;
  /** The name that the text stands under (an attribute's key), or nothing: it says what a bare number is. */
  key: string;
  /** What that name says of the whole text. */
  keySecret: SecretName;
  /** End of the last finding or escape sequence: nothing may begin before it, and a word may begin at it. */
  floor: number;
  /** Bit by number of kind. */
  enabled: number;
  /** Number of the kind found by the last step, -1: none. */
  kind: number;
  start: number;
  end: number;
  readonly groups: DigitGroups;
}

/** Where the text begins. */
export const BEGIN = 1;
const MARGIN = '\0';
const END_MARGIN = MARGIN.repeat(16);

export const setText = (cursor: Cursor, text: string): void => {
  cursor.text = MARGIN + text + END_MARGIN;
  cursor.limit = text.length + BEGIN;
};

/**
 * Looks at one place of the text and returns where the scan goes on, always after `at`. What it finds begins at the
 * floor or later. It looks no further than a bounded way, or than it then goes on: a whole scan is linear in the text.
 */
export type Detector = (cursor: Cursor, at: number) => number;

export const newCursor = (): Cursor => ({
  text: '',
  limit: 0,
  key: '',
  keySecret: null,
  floor: 0,
  enabled: 0,
  kind: -1,
  start: 0,
  end: 0,
  groups: newDigitGroups(),
});

export const isEnabled = (cursor: Cursor, kind: number): boolean => (cursor.enabled & (1 << kind)) !== 0;

/** Notes a finding, cut to the floor, and returns its end. */
export const found = (cursor: Cursor, kind: number, start: number, end: number): number => {
  cursor.kind = kind;
  cursor.start = start < cursor.floor ? cursor.floor : start;
  cursor.end = end;
  return end;
};

/** No letter or digit stands right before. */
export const beginsHere = (cursor: Cursor, at: number): boolean =>
  at <= cursor.floor || !isAlphanumeric(cursor.text.charCodeAt(at - 1));

/** No letter, digit or `_` stands right before. */
export const beginsWord = (cursor: Cursor, at: number): boolean =>
  at <= cursor.floor || !isWord(cursor.text.charCodeAt(at - 1));
