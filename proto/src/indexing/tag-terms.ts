import type { Attributes, Json } from '../document/index.js';

/** A tag is found by its name, and where it has a value by `name:value`. Each once: two tags may come to the same. */
export const tagTerms = (tags: Attributes): string[] => [...new Set(Object.entries(tags).flatMap(termsOf))];

const termsOf = ([name, value]: readonly [string, Json]): string[] =>
  value === true || value === null
    ? [name]
    : [name, `${name}:${typeof value === 'object' ? JSON.stringify(value) : String(value)}`];
