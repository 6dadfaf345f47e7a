import { BEGINS_JSON } from './json-numbers.js';

const parsed = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
};

/**
 * Where a text was JSON and `redacted` isn't any more, the JSON redacted value by value; else `redacted`. It costs the
 * text its spacing, so that it is the way for what the text alone can't tell: numbers in lists of JSON within JSON, patterns over quotes.
 */
export const keepJson = (text: string, redacted: string, redactValue: (value: unknown) => unknown): string => {
  if (!BEGINS_JSON.test(text) || parsed(redacted) !== null) return redacted;
  const original = parsed(text);
  return original === null ? redacted : JSON.stringify(redactValue(original.value));
};
