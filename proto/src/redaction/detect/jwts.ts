import { JWT } from '../kinds.js';
import { DOT, isBase64Url } from './characters.js';
import { type Detector, found, isEnabled } from './cursor.js';

const LEAST_HEADER = 10;
/** `{}`. */
const LEAST_PAYLOAD = 3;
const MOST_PARTS = 5;

const partEnd = (text: string, at: number): number => {
  let end = at;
  while (isBase64Url(text.charCodeAt(end))) end++;
  return end;
};

/** End of a token in compact form from its `eyJ` (RFC 7519, JWE's five parts too); -1: it isn't one. */
export const jwtEnd = (text: string, at: number): number => {
  const headerEnd = partEnd(text, at);
  if (headerEnd - at < LEAST_HEADER || text.charCodeAt(headerEnd) !== DOT) return -1;
  let end = partEnd(text, headerEnd + 1);
  if (end - headerEnd - 1 < LEAST_PAYLOAD || text.charCodeAt(end) !== DOT) return -1;
  for (let parts = 2; parts < MOST_PARTS && text.charCodeAt(end) === DOT; parts++) {
    const next = partEnd(text, end + 1);
    // An unsigned token ends with its dot, a sentence after a signed one doesn't belong to it.
    if (next === end + 1 && parts > 2) break;
    end = next;
  }
  return end;
};

/** At the `J` of `eyJ`, which is `{"` in base64. */
export const jwtAt: Detector = (cursor, at) => {
  const { text, floor } = cursor;
  const start = at - 2;
  if (start < floor || text.charCodeAt(at - 1) !== 121 || text.charCodeAt(start) !== 101) return at + 1;
  if (!isEnabled(cursor, JWT) || (start > floor && isBase64Url(text.charCodeAt(start - 1)))) return at + 1;
  const end = jwtEnd(text, start);
  return end === -1 ? at + 1 : found(cursor, JWT, start, end);
};
