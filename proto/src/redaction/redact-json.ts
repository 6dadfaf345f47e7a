/** Begins as an object, a list or a text of JSON. */
const BEGINS_JSON = /^\s*[[{"]/;

const parsed = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
};

/**
 * Where a text was JSON and `redacted` isn't any more, the JSON redacted value by value; else `redacted`. It costs the
 * text its spacing, so that it is the way for what the text alone can't tell: numbers in lists, patterns over quotes.
 */
export const keepJson = (
  text: string,
  redacted: string,
  isBroken: boolean,
  redactValue: (value: unknown) => unknown,
): string => {
  if (!BEGINS_JSON.test(text) || (!isBroken && parsed(redacted) !== null)) return redacted;
  const original = parsed(text);
  return original === null ? redacted : JSON.stringify(redactValue(original.value));
};
