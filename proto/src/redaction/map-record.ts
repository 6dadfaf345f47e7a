import type { KnownKey } from './known-keys.js';

export type PlainRecord = Readonly<Record<string, unknown>>;

/** Stands for a field that is left out. */
export const DROPPED = Symbol('dropped');

/** Keys that became the same are told apart by a number: `[EMAIL]`, `[EMAIL]_2`. */
const createFreeKeys = (taken: Set<string>): ((key: string) => string) => {
  const numbers = new Map<string, number>();
  return (key) => {
    let number = numbers.get(key) ?? 1;
    let free = number === 1 ? key : `${key}_${number}`;
    while (taken.has(free)) free = `${key}_${++number}`;
    numbers.set(key, number + 1);
    taken.add(free);
    return free;
  };
};

/** The record with other keys and values, in its order; the same reference where neither changed. */
export const mapRecord = (
  fields: PlainRecord,
  keyOf: (key: string) => KnownKey,
  valueOf: (value: unknown, known: KnownKey) => unknown,
): PlainRecord => {
  const keys = Object.keys(fields);
  let isChanged = false;
  const shown: string[] = [];
  const values: unknown[] = [];
  for (const key of keys) {
    const known = keyOf(key);
    const value = valueOf(fields[key], known);
    isChanged ||= known.shown !== key || !Object.is(value, fields[key]);
    shown.push(known.shown);
    values.push(value);
  }
  if (!isChanged) return fields;
  const freeKey = createFreeKeys(new Set(keys.filter((key, i) => shown[i] === key)));
  const entries = keys.map((key, i) => [shown[i] === key ? key : freeKey(shown[i] as string), values[i]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== DROPPED));
};
