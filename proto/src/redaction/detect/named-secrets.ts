import { API_KEY, JWT, PASSWORD } from '../kinds.js';
import { BACKSLASH, codesOf, EQUALS, isSpace, SPACE } from './characters.js';
import { BEGIN, type Cursor, type Detector, found, isEnabled } from './cursor.js';
import { jwtEnd } from './jwts.js';
import { isQuote, quotedEnd } from './quotes.js';
import { type SecretName, secretNameBefore } from './secret-names.js';
import { isBareSecret, isQuotedSecret } from './secret-values.js';

const MOST_SPACES = 4;
const GREATER = 62;
const CLOSE_SQUARE = 93;

/** What ends a value without quotes. */
const BARE_STOPS = codesOf('\0 \t\r\n"\'`,;<>()[]{}|&\\');

/** End of the name before a `:` or `=`: spaces, a closing quote with its backslashes and a `]` are let through. */
const nameEnd = (text: string, at: number): number => {
  let end = at;
  while (end > 0 && at - end < 2 && text.charCodeAt(end - 1) === SPACE) end--;
  // `env["API_KEY"]`, but not a label in brackets.
  if (text.charCodeAt(end - 1) === CLOSE_SQUARE && isQuote(text.charCodeAt(end - 2))) end--;
  if (!isQuote(text.charCodeAt(end - 1))) return end;
  end--;
  while (end > 0 && at - end < 12 && text.charCodeAt(end - 1) === BACKSLASH) end--;
  return end;
};

/** Where the value begins: behind `=>`, `==` and spaces. */
const valueStart = (text: string, at: number): number => {
  let i = at + 1;
  while (i - at < 3 && (text.charCodeAt(i) === EQUALS || text.charCodeAt(i) === GREATER)) i++;
  const from = i;
  while (i - from < MOST_SPACES && text.charCodeAt(i) === SPACE) i++;
  return i;
};

const kindOf = (cursor: Cursor, name: SecretName, start: number, end: number): number => {
  const isJwt = isEnabled(cursor, JWT) && cursor.text.startsWith('eyJ', start) && jwtEnd(cursor.text, start) === end;
  return isJwt ? JWT : name === 'password' ? PASSWORD : API_KEY;
};

const quotedValue = (cursor: Cursor, name: SecretName, at: number, backslashes: number): number => {
  const { text } = cursor;
  const from = at + 1;
  const end = quotedEnd(text, from, text.charCodeAt(at), backslashes);
  if (end <= from || !isQuotedSecret(name, text.slice(from, end))) return from;
  const kind = kindOf(cursor, name, from, end);
  return isEnabled(cursor, kind) ? found(cursor, kind, from, end) : from;
};

const bareValue = (cursor: Cursor, name: SecretName, from: number, isAssigned: boolean): number => {
  const { text } = cursor;
  let end = from;
  while (!BARE_STOPS.has(text.charCodeAt(end))) end++;
  const next = text.charAt(end);
  const isCode = next === '(' || next === '[' || (isAssigned && (next === ')' || next === ','));
  if (end === from || !isBareSecret(name, text.slice(from, end), isAssigned && !isCode)) return from;
  if (next === '(' || next === '[') return from;
  const kind = kindOf(cursor, name, from, end);
  return isEnabled(cursor, kind) ? found(cursor, kind, from, end) : from;
};

/** At `:` or `=`: `"password": "…"`, `api_key=…`, `client_secret => '…'`, in JSON, in JSON within JSON, in URLs and in code. */
export const namedSecretAt: Detector = (cursor, at) => {
  const { text } = cursor;
  const name = secretNameBefore(text, nameEnd(text, at));
  if (name === null) return at + 1;
  const start = valueStart(text, at);
  let quoteAt = start;
  while (text.charCodeAt(quoteAt) === BACKSLASH) quoteAt++;
  if (isQuote(text.charCodeAt(quoteAt))) return quotedValue(cursor, name, quoteAt, quoteAt - start);
  const isAssigned = text.charCodeAt(at) === EQUALS && start === at + 1;
  const end = bareValue(cursor, name, start, isAssigned);
  return cursor.kind === -1 ? at + 1 : end;
};

/** The whole text where the key that it stands under names a secret. */
export const secretUnderKey = (cursor: Cursor): number => {
  const { text, keySecret: name, limit } = cursor;
  if (name === null || isSpace(text.charCodeAt(BEGIN)) || !isQuotedSecret(name, text.slice(BEGIN, limit))) return BEGIN;
  const kind = kindOf(cursor, name, BEGIN, limit);
  return isEnabled(cursor, kind) ? found(cursor, kind, BEGIN, limit) : BEGIN;
};
