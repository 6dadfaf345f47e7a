import { stableText } from './stable-text.js';
import type { Attributes, Json } from './types.js';

const isNothing = (value: unknown): boolean => value === undefined || value === null;

export const sameJson = (a: unknown, b: unknown): boolean =>
  a === b || (isNothing(a) ? isNothing(b) : stableText(a) === stableText(b));

/** The sent fields that are shown otherwise or not at all; null and left out are the same. */
export const differing = (sent: Attributes, shown: object): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(sent).filter(
      ([name, value]) => !sameJson(value, Object.hasOwn(shown, name) ? (shown as Attributes)[name] : null),
    ),
  );
