import { type ByteCursor, maxListBytes, readVarint, writeList, writeVarint } from './posting-list.js';

/**
 * A segment is a run of chunks, each a run of terms in the order of their UTF-16 code units, each with its postings:
 * how many units it shares with the term before (varint), how many follow times two (plus one where they are written
 * as UTF-16LE; else they are ASCII), those, and the posting list.
 */
const CHUNK_BYTES = 24 * 1024;
const MAX_CHUNKS_PER_SEGMENT = 2 ** 20;

export const chunkId = (segment: number, chunk: number): number => segment * MAX_CHUNKS_PER_SEGMENT + chunk;

const sharedUnits = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let shared = 0;
  while (shared < most && a.charCodeAt(shared) === b.charCodeAt(shared)) shared++;
  return shared;
};

const isAscii = (text: string, from: number): boolean => {
  for (let at = from; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
};

export interface SegmentBuilder {
  /** Terms come in ascending order, `ordinals` from `from` to `to` distinct and ascending. */
  add(term: string, ordinals: Uint32Array, from: number, to: number): void;
  /** Gives the rest away; returns the first term of each chunk. */
  finish(): readonly string[];
  postings(): number;
}

/** `emit` gets each chunk; its bytes are overwritten after the call. Ordinals are kept relative to `base`. */
export const createSegmentBuilder = (base: number, emit: (chunk: number, data: Uint8Array) => void): SegmentBuilder => {
  let buffer = Buffer.allocUnsafe(4 * CHUNK_BYTES);
  const firstTerms: string[] = [];
  let used = 0;
  let before = '';
  let postings = 0;

  const close = (): void => {
    if (used === 0) return;
    emit(firstTerms.length - 1, buffer.subarray(0, used));
    used = 0;
  };

  return {
    add(term, ordinals, from, to) {
      if (used === 0) firstTerms.push(term);
      const shared = used === 0 ? 0 : sharedUnits(before, term);
      const suffix = term.slice(shared);
      const need = used + 4 * suffix.length + maxListBytes(to - from) + 16;
      if (need > buffer.length) {
        const wider = Buffer.allocUnsafe(2 * need);
        buffer.copy(wider, 0, 0, used);
        buffer = wider;
      }
      const wide = !isAscii(suffix, 0);
      used = writeVarint(buffer, used, shared);
      used = writeVarint(buffer, used, suffix.length * 2 + (wide ? 1 : 0));
      used += buffer.write(suffix, used, wide ? 'utf16le' : 'latin1');
      used = writeList(buffer, used, ordinals, from, to, base);
      before = term;
      postings += to - from;
      if (used >= CHUNK_BYTES) close();
    },
    finish() {
      close();
      return firstTerms;
    },
    postings: () => postings,
  };
};

/** Reads the next term; its list comes after. */
export const readTerm = (chunk: Buffer, cursor: ByteCursor, before: string): string => {
  const shared = readVarint(chunk, cursor);
  const form = readVarint(chunk, cursor);
  const bytes = (form & 1) === 1 ? form - 1 : form >>> 1;
  const suffix = chunk.toString((form & 1) === 1 ? 'utf16le' : 'latin1', cursor.at, cursor.at + bytes);
  cursor.at += bytes;
  return shared === 0 ? suffix : before.slice(0, shared) + suffix;
};

/** The chunk that holds a term if any does: the last that begins at or before it; -1: none. */
export const chunkOf = (firstTerms: readonly string[], term: string): number => {
  let low = 0;
  let high = firstTerms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firstTerms[middle] as string) <= term) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};
