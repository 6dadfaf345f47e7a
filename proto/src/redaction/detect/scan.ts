import { schemeAt } from './authorizations.js';
import { BEGIN, type Cursor } from './cursor.js';
import { emailAround, emailAt, encodedEmailAt } from './emails.js';
import { escapeEnd } from './escapes.js';
import { bracketAt, plusPhoneAt } from './international-phones.js';
import { ipv6At } from './ipv6s.js';
import { jwtAt } from './jwts.js';
import { namedSecretAt, secretUnderKey } from './named-secrets.js';
import { numberAt } from './numbers.js';
import { privateKeyAt } from './private-keys.js';
import { urlCredentialsAt } from './url-credentials.js';
import { capitalAAt, vendorKeyAt } from './vendor-keys.js';

/** The characters that something may be found at; the scan runs over all others. */
const TRIGGERS = '@0123456789:=_-AJBb+(%\\';

const MAY_BE_LABEL = 2;

/** By code unit: 1 what something may be found at, 2 what a label may begin with. */
export const newTriggerTable = (labelStarts: readonly string[]): Uint8Array => {
  const table = new Uint8Array(128);
  for (const character of TRIGGERS) table[character.charCodeAt(0)] = 1;
  for (const character of labelStarts) table[character.charCodeAt(0)] = MAY_BE_LABEL;
  return table;
};

const colonAt = (cursor: Cursor, at: number): number => {
  let next = urlCredentialsAt(cursor, at);
  if (cursor.kind === -1) next = ipv6At(cursor, at);
  return cursor.kind === -1 ? namedSecretAt(cursor, at) : next;
};

const dashAt = (cursor: Cursor, at: number): number => {
  if (cursor.text.charCodeAt(at + 1) !== 45) return vendorKeyAt(cursor, at);
  const next = privateKeyAt(cursor, at);
  return cursor.kind === -1 ? vendorKeyAt(cursor, at) : next;
};

const backslashAt = (cursor: Cursor, at: number): number => {
  const end = escapeEnd(cursor.text, at);
  if (cursor.text.startsWith('u0040', end - 5)) {
    const next = emailAround(cursor, at, end);
    if (cursor.kind !== -1) return next;
  }
  cursor.floor = end;
  return end;
};

const stepAt = (cursor: Cursor, at: number, code: number): number => {
  switch (code) {
    case 64:
      return emailAt(cursor, at);
    case 58:
      return colonAt(cursor, at);
    case 61:
      return namedSecretAt(cursor, at);
    case 95:
      return vendorKeyAt(cursor, at);
    case 45:
      return dashAt(cursor, at);
    case 65:
      return capitalAAt(cursor, at);
    case 74:
      return jwtAt(cursor, at);
    case 66:
    case 98:
      return schemeAt(cursor, at);
    case 43:
      return plusPhoneAt(cursor, at);
    case 40:
      return bracketAt(cursor, at);
    case 37:
      return encodedEmailAt(cursor, at);
    case 92:
      return backslashAt(cursor, at);
    default:
      return code >= 48 && code <= 57 ? numberAt(cursor, at) : at + 1;
  }
};

const encoder = new TextEncoder();
const LEAST_CODES = 64;
const MOST_CODES = 1_048_576;
let codes = new Uint8Array(16_384);

/**
 * The code units of a text that is ASCII alone; undefined: it isn't, or too short or long for that. Most of a text is run
 * over, and a character of an array is looked at in a third of the time that one of a text takes.
 */
const asciiCodes = (text: string): Uint8Array | undefined => {
  if (text.length < LEAST_CODES || text.length > MOST_CODES) return undefined;
  if (text.length > codes.length) codes = new Uint8Array(2 ** Math.ceil(Math.log2(text.length)));
  const { read, written } = encoder.encodeInto(text, codes);
  return read === text.length && written === text.length ? codes : undefined;
};

/** The first place from `at` that something may be found at, or `limit`. */
const nextTrigger = (ascii: Uint8Array, triggers: Uint8Array, at: number, limit: number): number => {
  let next = at;
  while (next < limit && triggers[ascii[next] as number] === 0) next++;
  return next;
};

export interface ScanOptions {
  readonly triggers: Uint8Array;
  /** End of an own label (what was put in place of a finding) at `at`; -1: there is none. */
  readonly labelEnd: (text: string, at: number) => number;
  readonly take: (cursor: Cursor) => void;
}

/** Goes over `cursor.text` once, left to right, and gives every finding to `take`: in order, none within another. */
export const scan = (cursor: Cursor, { triggers, labelEnd, take }: ScanOptions): void => {
  const { text, limit } = cursor;
  cursor.floor = BEGIN;
  cursor.kind = -1;
  if (cursor.keySecret !== null && labelEnd(text, BEGIN) !== limit) secretUnderKey(cursor);
  if (cursor.kind !== -1) return take(cursor);
  const ascii = asciiCodes(text);
  let at = BEGIN;
  while (at < limit) {
    if (ascii !== undefined) {
      at = nextTrigger(ascii, triggers, at, limit);
      if (at === limit) return;
    }
    const code = text.charCodeAt(at);
    if (code >= 128 || triggers[code] === 0) {
      at++;
      continue;
    }
    const afterLabel = triggers[code] === MAY_BE_LABEL ? labelEnd(text, at) : -1;
    if (afterLabel !== -1) {
      at = cursor.floor = afterLabel;
      continue;
    }
    at = stepAt(cursor, at, code);
    if (cursor.kind === -1) continue;
    take(cursor);
    cursor.floor = cursor.end;
    cursor.kind = -1;
  }
};
