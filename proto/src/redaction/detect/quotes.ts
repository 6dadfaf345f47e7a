import { BACKSLASH, BACKTICK, DOUBLE_QUOTE, NEWLINE, SINGLE_QUOTE } from './characters.js';

export const isQuote = (code: number): boolean => code === DOUBLE_QUOTE || code === SINGLE_QUOTE || code === BACKTICK;

/** How many backslashes stand right before `at`, not before `from`. */
const backslashesBefore = (text: string, at: number, from: number): number => {
  let count = 0;
  while (at - count > from && text.charCodeAt(at - count - 1) === BACKSLASH) count++;
  return count;
};

/**
 * Where the text quoted from `at` ends: before its closing quote and that one's backslashes. JSON in JSON has `\"` for a
 * quote, and in that one `\\\"`: with n backslashes before the opening quote a closing one has n modulo 2 (n + 1).
 * A line's end, and the text's, closes what nothing else does.
 */
export const quotedEnd = (text: string, at: number, quote: number, backslashes: number): number => {
  for (let i = at; ; i++) {
    const code = text.charCodeAt(i);
    if (code === NEWLINE || code === 0) return i;
    if (code !== quote) continue;
    const count = backslashesBefore(text, i, at);
    if (count % (2 * (backslashes + 1)) === backslashes) return i - backslashes;
  }
};
