import { cutText } from './cut-text.js';
import type { Json } from './types.js';
import { pointerOf, type ValueNotes } from './value-types.js';

const fitsInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value;

/** What was parsed as a value of the document: integers beyond 2^53 become decimal strings, long texts are cut. */
export const plainValue = (value: unknown, pointer: string, notes: ValueNotes): Json => {
  if (typeof value === 'string') return cutText(value, pointer, notes);
  if (typeof value === 'bigint') {
    if (fitsInt64(value)) notes.types[pointer] = 'int';
    return String(value);
  }
  if (Array.isArray(value)) return value.map((item, at) => plainValue(item, pointerOf(pointer, at), notes));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, plainValue(item, pointerOf(pointer, name), notes)]),
    );
  return value as Json;
};
