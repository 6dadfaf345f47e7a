import type { TermDictionary } from 'noveum-proto';

import type { SegmentBuilder } from './segment-chunks.js';

/** Which trace has which term, in order of arrival, until a segment is made of them. */
export interface PostingLog {
  add(terms: Int32Array, ordinal: number): void;
  readonly size: number;
  /** The least and the greatest ordinal; of an empty log meaningless. */
  range(): { readonly first: number; readonly last: number };
  /** Gives all postings, by term, and is empty then. */
  drainTo(builder: SegmentBuilder, dictionary: TermDictionary): void;
}

export const createPostingLog = (): PostingLog => {
  let terms = new Uint32Array(1 << 16);
  let ordinals = new Uint32Array(1 << 16);
  let size = 0;
  let first = 0xffffffff;
  let last = 0;

  const grow = (): void => {
    const widerTerms = new Uint32Array(terms.length * 2);
    widerTerms.set(terms);
    terms = widerTerms;
    const widerOrdinals = new Uint32Array(ordinals.length * 2);
    widerOrdinals.set(ordinals);
    ordinals = widerOrdinals;
  };

  return {
    add(added, ordinal) {
      if (added.length === 0) return;
      while (size + added.length > terms.length) grow();
      terms.set(added, size);
      ordinals.fill(ordinal, size, (size += added.length));
      if (ordinal < first) first = ordinal;
      if (ordinal > last) last = ordinal;
    },
    get size() {
      return size;
    },
    range: () => ({ first, last }),
    drainTo(builder, dictionary) {
      const ends = new Uint32Array(dictionary.size);
      for (let at = 0; at < size; at++) ends[terms[at] as number] = (ends[terms[at] as number] as number) + 1;
      const order = present(ends);
      dictionary.sort(order);
      let place = 0;
      for (const id of order) {
        const count = ends[id] as number;
        ends[id] = place;
        place += count;
      }
      const grouped = new Uint32Array(size);
      for (let at = 0; at < size; at++) {
        const id = terms[at] as number;
        const end = ends[id] as number;
        grouped[end] = ordinals[at] as number;
        ends[id] = end + 1;
      }
      let from = 0;
      for (const id of order) {
        const to = ends[id] as number;
        builder.add(dictionary.term(id), grouped, from, toSet(grouped, from, to));
        from = to;
      }
      size = 0;
      first = 0xffffffff;
      last = 0;
    },
  };
};

/** Which numbers have a count. */
const present = (counts: Uint32Array): Uint32Array => {
  const ids = new Uint32Array(counts.length);
  let found = 0;
  for (let id = 0; id < counts.length; id++) if (counts[id] !== 0) ids[found++] = id;
  return ids.subarray(0, found);
};

/** Makes what lies between `from` and `to` distinct and ascending; returns where it ends now. */
export const toSet = (ordinals: Uint32Array, from: number, to: number): number => {
  let isSet = true;
  for (let at = from + 1; at < to && isSet; at++) isSet = (ordinals[at - 1] as number) < (ordinals[at] as number);
  if (isSet) return to;
  ordinals.subarray(from, to).sort();
  let end = from + 1;
  for (let at = from + 1; at < to; at++)
    if (ordinals[at] !== ordinals[end - 1]) ordinals[end++] = ordinals[at] as number;
  return end;
};
