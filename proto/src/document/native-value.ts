import { cutText } from './cut-text.js';
import type { Json } from './types.js';
import { pointerOf, type NotedType, type ValueNotes } from './value-types.js';

/** What a sender says of its values' types: see `NotedType`. Counts where the value is one that needs it. */
export type ToldTypes = Readonly<Record<string, unknown>>;

const NO_TYPES: ToldTypes = {};
const DECIMAL = /^-?[1-9]\d{15,18}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DOUBLES: readonly string[] = ['-0', 'NaN', 'Infinity', '-Infinity'];

const fitsInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value;
const isLargeInt = (text: string): boolean =>
  DECIMAL.test(text) && fitsInt64(BigInt(text)) && !Number.isSafeInteger(Number(text));

const note = (notes: ValueNotes, pointer: string, type: NotedType): void => {
  notes.types[pointer] = type;
};

const bytesText = (text: string, pointer: string, notes: ValueNotes): string => {
  note(notes, pointer, 'bytes');
  if ((text.length / 4) * 3 <= notes.maxValueBytes) return text;
  const bytes = atob(text);
  if (bytes.length <= notes.maxValueBytes) return text;
  notes.cut.add(pointer);
  return btoa(bytes.slice(0, notes.maxValueBytes));
};

const plainText = (text: string, pointer: string, notes: ValueNotes, told: unknown): string => {
  if (told === 'bytes' && BASE64.test(text)) return bytesText(text, pointer, notes);
  if (told === 'int' && isLargeInt(text)) note(notes, pointer, 'int');
  else if (told === 'double' && DOUBLES.includes(text)) note(notes, pointer, 'double');
  else return cutText(text, pointer, notes);
  return text;
};

const plainNumber = (value: number | bigint, pointer: string, notes: ValueNotes, told: unknown): Json => {
  const isDouble = told === 'double';
  if (typeof value === 'bigint' && !isDouble) {
    if (fitsInt64(value)) note(notes, pointer, 'int');
    return String(value);
  }
  const number = Number(value);
  if (isDouble && Number.isInteger(number)) note(notes, pointer, 'double');
  return number;
};

/** What was parsed as a value of the document: integers beyond 2^53 become decimal strings, long texts are cut. */
export const plainValue = (value: unknown, pointer: string, notes: ValueNotes, told: ToldTypes = NO_TYPES): Json => {
  if (typeof value === 'string') return plainText(value, pointer, notes, told[pointer]);
  if (typeof value === 'bigint' || typeof value === 'number') return plainNumber(value, pointer, notes, told[pointer]);
  if (Array.isArray(value)) return value.map((item, at) => plainValue(item, pointerOf(pointer, at), notes, told));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, plainValue(item, pointerOf(pointer, name), notes, told)]),
    );
  return value as Json;
};
