import { estimateDense, packRegisters, REGISTERS, unpackRegisters } from './registers.js';
import { hashText } from './hash-text.js';
import { createByteReader, createByteWriter } from './varint.js';

/**
 * Counts distinct texts within about 1.6 % (standard error at precision 12): HyperLogLog in the form of
 * Heule, Nunkesser, Hall, EDBT 2013. Up to 768 values are kept sparsely, a few bytes each and counted
 * all but exactly; more take 3 KB. Adding and merging are idempotent and free of order.
 */
export interface UniqueSketch {
  add(text: string): void;
  merge(other: UniqueSketch): void;
  /** A whole number, 0 where nothing was added. */
  estimate(): number;
  /** Not to be changed: it may be given again. */
  toBytes(): Uint8Array;
  /** For `merge`; shared, not to be changed. */
  state(): UniqueState;
}

/** `sparse`: index of 26 bits → rank. `dense`: one rank a register of precision 12. */
export type UniqueState =
  | { readonly form: 'sparse'; readonly ranks: ReadonlyMap<number, number> }
  | { readonly form: 'dense'; readonly registers: Uint8Array };

const FORMAT_SPARSE = 1;
const FORMAT_DENSE = 2;
const SPARSE_LIMIT = 768;
const SPARSE_BITS = 26;
const DENSE_BITS = 12;
const BETWEEN_BITS = SPARSE_BITS - DENSE_BITS;
const PAIR_RANKS = 64;
const HIGH_SEED = 0x2c1b3c6d;
const LOW_SEED = 0x297a2d39;

/** The rank that a register of the shorter index sees: zeros before the first one, and one. */
const denseRank = (index: number, rank: number): number => {
  const between = index & ((1 << BETWEEN_BITS) - 1);
  return between === 0 ? BETWEEN_BITS + rank : Math.clz32(between) - (32 - BETWEEN_BITS) + 1;
};

/** True where the register was lower. */
const raise = (registers: Uint8Array, register: number, rank: number): boolean => {
  if (rank <= (registers[register] ?? 0)) return false;
  registers[register] = rank;
  return true;
};

/** Index and rank in 32 bits, in the order of the index: numbers sort many times faster than pairs. */
const sortedPairs = (ranks: ReadonlyMap<number, number>): Uint32Array => {
  const pairs = new Uint32Array(ranks.size);
  let at = 0;
  for (const [index, rank] of ranks) pairs[at++] = index * PAIR_RANKS + rank;
  return pairs.sort();
};

const writeSparse = (ranks: ReadonlyMap<number, number>): Uint8Array => {
  const writer = createByteWriter();
  writer.byte(FORMAT_SPARSE);
  let previous = -1;
  for (const pair of sortedPairs(ranks)) {
    const index = Math.floor(pair / PAIR_RANKS);
    writer.varint((index - previous - 1) * PAIR_RANKS + (pair % PAIR_RANKS));
    previous = index;
  }
  return writer.take();
};

const createSketch = (initial: { ranks: Map<number, number> } | { registers: Uint8Array }): UniqueSketch => {
  let sparse = 'ranks' in initial ? initial.ranks : null;
  let registers = 'registers' in initial ? initial.registers : new Uint8Array(0);
  /** As long as nothing new was added, as in most hours is soon the case. */
  let bytes: Uint8Array | null = null;

  const put = (index: number, rank: number): void => {
    if (sparse === null) {
      if (raise(registers, index >>> BETWEEN_BITS, denseRank(index, rank))) bytes = null;
      return;
    }
    if (rank <= (sparse.get(index) ?? 0)) return;
    sparse.set(index, rank);
    bytes = null;
    if (sparse.size > SPARSE_LIMIT) becomeDense();
  };

  const becomeDense = (): void => {
    if (sparse === null) return;
    registers = new Uint8Array(REGISTERS);
    for (const [index, rank] of sparse) raise(registers, index >>> BETWEEN_BITS, denseRank(index, rank));
    sparse = null;
  };

  return {
    add(text) {
      const high = hashText(text, HIGH_SEED);
      const low = hashText(text, LOW_SEED);
      // 26 bits of index; the rank counts over the 6 that are left of the high half, then the low half.
      const rest = high & 63;
      const rank = rest === 0 ? 6 + Math.clz32(low) + 1 : Math.clz32(rest) - 26 + 1;
      put(high >>> 6, rank);
    },
    merge(other) {
      const state = other.state();
      if (state.form === 'sparse') {
        for (const [index, rank] of [...state.ranks]) put(index, rank);
        return;
      }
      becomeDense();
      state.registers.forEach((rank, register) => {
        raise(registers, register, rank);
      });
      bytes = null;
    },
    estimate() {
      if (sparse === null) return estimateDense(registers);
      const slots = 2 ** SPARSE_BITS;
      return Math.round(slots * Math.log(slots / (slots - sparse.size)));
    },
    toBytes() {
      bytes ??= sparse === null ? packRegisters(FORMAT_DENSE, registers) : writeSparse(sparse);
      return bytes;
    },
    state: () => (sparse === null ? { form: 'dense', registers } : { form: 'sparse', ranks: sparse }),
  };
};

export const createUniqueSketch = (): UniqueSketch => createSketch({ ranks: new Map() });

/** Reads what `toBytes` gave. Throws RangeError where the bytes are damaged. */
export const readUniqueSketch = (bytes: Uint8Array): UniqueSketch => {
  const reader = createByteReader(bytes);
  const format = reader.byte();
  if (format === FORMAT_DENSE) return createSketch({ registers: unpackRegisters(bytes) });
  if (format !== FORMAT_SPARSE) throw new RangeError('a stored unique sketch has an unknown version');
  const ranks = new Map<number, number>();
  let index = -1;
  while (!reader.atEnd()) {
    const pair = reader.varint();
    index += Math.floor(pair / PAIR_RANKS) + 1;
    if (index >= 2 ** SPARSE_BITS) throw new RangeError('a stored unique sketch has an index out of range');
    ranks.set(index, pair % PAIR_RANKS);
  }
  return createSketch({ ranks });
};
