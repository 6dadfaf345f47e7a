import { createHash } from 'node:crypto';

/** UTF-16 code units, at most three bytes each: Lucene takes 32,766 bytes. */
const MAX_KEYWORD_UNITS = 8_000;
const KEPT_UNITS = 1_000;

/**
 * A text as a keyword field holds it, and as it is asked for there: itself, or where it is too long for a term its
 * beginning with a hash of the whole. Two texts are the same where these are.
 */
export const keywordOf = (text: string): string =>
  text.length <= MAX_KEYWORD_UNITS
    ? text
    : `${text.slice(0, KEPT_UNITS)}\u0000${createHash('sha256').update(text, 'utf16le').digest('base64url')}`;

/** What `keywordOf` made of a text that was too long: the text itself is in the trace's summary. */
export const isCutKeyword = (keyword: string): boolean =>
  keyword.length > KEPT_UNITS && keyword[KEPT_UNITS] === '\u0000';

export const keywordsOf = (texts: readonly string[]): readonly string[] => texts.map(keywordOf);

export const keywordOrNull = (text: string | null): string | null => (text === null ? null : keywordOf(text));
