import { isWhole, looksLikeRecord, recordBytes } from './record-codec.js';

export interface FoundRecord {
  readonly start: number;
  readonly end: number;
}

/** Bytes checked for each byte searched: a body full of what looks like records can't make the search endless. */
const SEARCH_BUDGET_FACTOR = 32;

export const recordAt = (bytes: Buffer, at: number, salt: number): FoundRecord | null => {
  const length = recordBytes(bytes, at, bytes.length - at);
  return length !== null && isWhole(bytes, at, at + length, salt) ? { start: at, end: at + length } : null;
};

/** The first whole record from `from` on, behind damage. `base`: offset in the file of the first of the bytes. */
export const findRecord = (bytes: Buffer, from: number, base: number, salt: number): FoundRecord | null => {
  let budget = (bytes.length - from) * SEARCH_BUDGET_FACTOR;
  for (let at = from; at < bytes.length && budget > 0; at++) {
    const length = recordBytes(bytes, at, bytes.length - at);
    if (length === null || !looksLikeRecord(bytes, at, base + at)) continue;
    budget -= length;
    if (isWhole(bytes, at, at + length, salt)) return { start: at, end: at + length };
  }
  return null;
};
