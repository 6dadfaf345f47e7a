import { TEXT_SOURCES, type TextSource } from './text-sources.js';

export interface TextKey {
  readonly key: string;
  readonly source: TextSource;
}

interface Candidate extends TextKey {
  readonly bytes: Uint8Array;
}

/** A power of two. */
const PLACES = 1024;
const DOT = 46;
const ZERO = 48;
const NINE = 57;

const placeOf = (bytes: Uint8Array, start: number, length: number): number =>
  (Math.imul(length, 31) ^
    ((bytes[start + length - 1] as number) << 3) ^
    ((bytes[start + (length >> 1)] as number) << 1) ^
    (bytes[start + (length >> 2)] as number)) &
  (PLACES - 1);

const tableOf = (): (Candidate[] | undefined)[] => {
  const encoder = new TextEncoder();
  const table = new Array<Candidate[] | undefined>(PLACES).fill(undefined);
  for (const [key, source] of TEXT_SOURCES) {
    const bytes = encoder.encode(key);
    (table[placeOf(bytes, 0, bytes.length)] ??= []).push({ key, source, bytes });
  }
  return table;
};

const TABLE = tableOf();

const find = (bytes: Uint8Array, start: number, length: number): TextKey | undefined => {
  const candidates = length === 0 ? undefined : TABLE[placeOf(bytes, start, length)];
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) {
    if (candidate.bytes.length !== length) continue;
    let at = length - 1;
    while (at >= 0 && bytes[start + at] === candidate.bytes[at]) at--;
    if (at < 0) return candidate;
  }
  return undefined;
};

/** `textSourceOf` of a name that is bytes; of an indexed name the key is its beginning. */
export const textKeyAt = (bytes: Uint8Array, start: number, end: number): TextKey | undefined => {
  const exact = find(bytes, start, end - start);
  if (exact !== undefined) return exact;
  for (let at = start; at < end - 1; at++) {
    if (bytes[at] !== DOT) continue;
    const next = bytes[at + 1] as number;
    if (next < ZERO || next > NINE) continue;
    let after = at + 2;
    while (after < end && (bytes[after] as number) >= ZERO && (bytes[after] as number) <= NINE) after++;
    if (after === end || bytes[after] === DOT) return find(bytes, start, at + 1 - start);
  }
  return undefined;
};
