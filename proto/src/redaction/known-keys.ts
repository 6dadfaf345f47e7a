import { type AttributeTreatment } from './attribute-rules.js';
import { type CleanTexts, createCleanTexts } from './clean-texts.js';
import { secretName } from './detect/secret-names.js';
import type { NamedBy } from './redact-text.js';

export interface KnownKey {
  /** As it is shown: a key can hold something to be redacted itself. */
  readonly shown: string;
  readonly by: NamedBy;
  readonly treatment: AttributeTreatment;
  /** Of the texts that have stood under it. */
  readonly clean: CleanTexts;
}

/** The same keys come again and again: what is said of them is kept, for so many of so many characters. */
export const MOST_KEYS = 4096;
const MOST_CHARACTERS = 256;

export const rememberKeys = (
  redactKey: (key: string) => string,
  treatmentOf: (key: string) => AttributeTreatment,
): ((key: string) => KnownKey) => {
  const known = new Map<string, KnownKey>();
  return (key) => {
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;
    const shown = redactKey(key);
    const fresh = {
      shown,
      by: { name: key, secret: secretName(key) },
      treatment: treatmentOf(key),
      clean: createCleanTexts(),
    };
    // A key that was redacted is counted each time, and is never kept.
    if (shown !== key || key.length > MOST_CHARACTERS) return fresh;
    if (known.size >= MOST_KEYS) known.clear();
    known.set(key, fresh);
    return fresh;
  };
};
