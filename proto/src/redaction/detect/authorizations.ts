import { API_KEY, JWT } from '../kinds.js';
import { DOT, EQUALS, isBase64, isBase64Url, isDigit } from './characters.js';
import { beginsHere, type Detector, found, isEnabled } from './cursor.js';
import { jwtEnd } from './jwts.js';

const LEAST_RANDOM = 8;
const LEAST = 16;
const TILDE = 126;

/** token68 of RFC 9110. */
const isToken = (code: number): boolean => isBase64Url(code) || isBase64(code) || code === DOT || code === TILDE;

const tokenEnd = (text: string, at: number): number => {
  let end = at;
  while (isToken(text.charCodeAt(end))) end++;
  while (end > at && text.charCodeAt(end - 1) === DOT) end--;
  return end;
};

const hasDigit = (text: string, start: number, end: number): boolean => {
  for (let i = start; i < end; i++) if (isDigit(text.charCodeAt(i)) || text.charCodeAt(i) === EQUALS) return true;
  return false;
};

const HEADER_BEFORE = /authorization\W{0,8}$/i;

/** At `B` or `b`: what follows `Bearer `, anywhere, and `Basic `, in a header. */
export const schemeAt: Detector = (cursor, at) => {
  const { text } = cursor;
  const second = text.charCodeAt(at + 1) | 32;
  // e, a.
  if ((second !== 101 && second !== 97) || !isEnabled(cursor, API_KEY) || !beginsHere(cursor, at)) return at + 1;
  const scheme = text.slice(at, at + 7).toLowerCase();
  const isBasic = scheme.startsWith('basic ');
  if (!isBasic && scheme !== 'bearer ') return at + 1;
  const from = at + (isBasic ? 6 : 7);
  const end = tokenEnd(text, from);
  if (isBasic && !HEADER_BEFORE.test(text.slice(Math.max(0, at - 24), at))) return at + 1;
  if (end - from < LEAST_RANDOM || (end - from < LEAST && !isBasic && !hasDigit(text, from, end))) return at + 1;
  const isJwt = text.startsWith('eyJ', from) && jwtEnd(text, from) === end && isEnabled(cursor, JWT);
  return found(cursor, isJwt ? JWT : API_KEY, from, end);
};
