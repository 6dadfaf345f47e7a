/** Short texts under one name in which nothing was found: models, providers and services come again and again. */
export interface CleanTexts {
  has(text: string): boolean;
  add(text: string): void;
}

/** Of so many characters at most, and so many under one name: ids, which never come again, take no more than these. */
const MOST_CHARACTERS = 48;
const MOST_TEXTS = 32;

export const createCleanTexts = (mostTexts = MOST_TEXTS): CleanTexts => {
  let texts: Set<string> | undefined;
  return {
    has: (text) => texts !== undefined && text.length <= MOST_CHARACTERS && texts.has(text),
    add(text) {
      if (text.length > MOST_CHARACTERS) return;
      texts ??= new Set();
      if (texts.size < mostTexts) texts.add(text);
    },
  };
};
