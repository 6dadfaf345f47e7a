import { URL_CREDENTIALS } from '../kinds.js';
import { AT_SIGN, BACKSLASH, codesOf, COLON, isLetter, isDigit, SLASH } from './characters.js';
import { type Detector, found, isEnabled } from './cursor.js';

const STOPS = codesOf('\0 \t\r\n"\'`<>/?#\\{}|^[]');

/** Where the authority begins behind `://`, which JSON may write as `:\/\/`; -1: it isn't there. */
const authorityStart = (text: string, at: number): number => {
  let i = at + 1;
  for (let slashes = 0; slashes < 2; slashes++) {
    while (text.charCodeAt(i) === BACKSLASH) i++;
    if (text.charCodeAt(i++) !== SLASH) return -1;
  }
  return i;
};

/** At the `:` of `scheme://user:password@host`: what stands before the last `@` of the authority (RFC 3986, 3.2.1). */
export const urlCredentialsAt: Detector = (cursor, at) => {
  const { text } = cursor;
  const next = text.charCodeAt(at + 1);
  if ((next !== SLASH && next !== BACKSLASH) || !isEnabled(cursor, URL_CREDENTIALS)) return at + 1;
  const before = text.charCodeAt(at - 1);
  const start = isLetter(before) || isDigit(before) ? authorityStart(text, at) : -1;
  if (start === -1) return at + 1;
  let colon = -1;
  let end = -1;
  for (let i = start, code = text.charCodeAt(i); !STOPS.has(code); code = text.charCodeAt(++i)) {
    if (code === AT_SIGN) end = i;
    else if (code === COLON && colon === -1) colon = i;
  }
  return colon !== -1 && end > colon + 1 ? found(cursor, URL_CREDENTIALS, start, end) : at + 1;
};
