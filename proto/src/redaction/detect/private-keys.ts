import { PRIVATE_KEY } from '../kinds.js';
import { BACKSLASH, COLON, COMMA, DASH, isAlphanumeric, isBase64, isSpace, SPACE } from './characters.js';
import { type Detector, found, isEnabled } from './cursor.js';

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const MOST_LABEL = 48;

/** Header lines (`Proc-Type: 4,ENCRYPTED`) are let through with the base64, line ends as they are and as escapes. */
const isBody = (code: number): boolean =>
  isBase64(code) || isSpace(code) || code === BACKSLASH || code === COLON || code === COMMA || code === DASH;

/** End of a header's or footer's `-----`, that is where its label ends; -1: it has none. */
const labelEnd = (text: string, at: number): number => {
  let i = at;
  while (i - at < MOST_LABEL && (isAlphanumeric(text.charCodeAt(i)) || text.charCodeAt(i) === SPACE)) i++;
  if (!text.startsWith('-----', i)) return -1;
  return text.slice(at, i).includes('PRIVATE KEY') ? i + 5 : -1;
};

/** Without a footer, the end of the last whole base64 line: words behind don't belong to it. */
const cutEnd = (text: string, at: number, limit: number): number => {
  let end = at;
  while (end < limit && text.charCodeAt(end) !== SPACE) end++;
  while (end > at && !isAlphanumeric(text.charCodeAt(end - 1)) && !isBase64(text.charCodeAt(end - 1))) end--;
  return end;
};

/** At the first `-` of `-----BEGIN … PRIVATE KEY-----` (RFC 7468; PGP's too): to its footer, or to where it was cut off. */
export const privateKeyAt: Detector = (cursor, at) => {
  const { text } = cursor;
  if (!isEnabled(cursor, PRIVATE_KEY) || !text.startsWith(BEGIN, at)) return at + 1;
  const bodyAt = labelEnd(text, at + BEGIN.length);
  if (bodyAt === -1) return at + 1;
  let i = bodyAt;
  while (isBody(text.charCodeAt(i)))
    if (text.charCodeAt(i) !== DASH || !text.startsWith('-----', i)) i++;
    else break;
  const end = text.startsWith(END, i) ? labelEnd(text, i + END.length) : -1;
  return found(cursor, PRIVATE_KEY, at, end === -1 ? cutEnd(text, bodyAt, i) : end);
};
