/**
 * Numbers the terms of the texts that come in: 0, 1, … An open-addressing table over code units, since most terms of
 * most texts are known already and need not become a string. Each term holds the mark of the trace that had it last,
 * so that a trace's repetitions cost one look.
 */
export interface TermDictionary {
  /** The number of a term, which is marked now; -1 where it had that mark already. `mark` > 0. */
  note(units: Uint16Array, from: number, to: number, mark: number): number;
  /** The same by number: false where it had the mark already. */
  noteAgain(id: number, mark: number): boolean;
  readonly size: number;
  /** Too large to go on with: numbers may be forgotten by `clear` once nothing holds them. */
  isFull(): boolean;
  /** Forgets terms and marks. */
  clear(): void;
  term(id: number): string;
  /** All numbers in the order of their terms' UTF-16 code units; valid until the next call of anything. */
  sorted(): readonly number[];
}

const MAX_TERMS = 500_000;
const MAX_UNITS = 8 * 1024 * 1024;

/**
 * Of each term, side by side: its hash, where its units begin, how many they are, of a short one the units again, two
 * to a number, and its mark. A short term is compared, as it is hashed, without a loop, and mostly within one line of
 * the processor's cache: this is where most of the time of indexing goes.
 */
const FACTS = 8;
const MARK = 7;
const SHORT_UNITS = 8;

/** By length: which of the units in a pair belong to a short term. */
const maskOfPair = (pair: number): Int32Array =>
  Int32Array.from({ length: SHORT_UNITS + 1 }, (_, length) =>
    length >= 2 * pair + 2 ? -1 : length === 2 * pair + 1 ? 0xffff : 0,
  );
const MASKS_0 = maskOfPair(0);
const MASKS_1 = maskOfPair(1);
const MASKS_2 = maskOfPair(2);
const MASKS_3 = maskOfPair(3);

const mix = (hash: number, value: number): number => {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

export const createTermDictionary = (): TermDictionary => {
  let table = new Int32Array(1 << 14);
  let facts = new Int32Array(FACTS << 13);
  let arena = new Uint16Array(1 << 16);
  let size = 0;
  let usedUnits = 0;
  let order: number[] = [];
  const names: string[] = [];

  const grow = (): void => {
    const wider = new Int32Array(facts.length * 2);
    wider.set(facts);
    facts = wider;
    table = new Int32Array(table.length * 2);
    const mask = table.length - 1;
    for (let id = 0; id < size; id++) {
      let slot = (facts[FACTS * id] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id + 1;
    }
  };

  /** Puts a term that is not there; returns where its facts are. */
  const add = (units: Uint16Array, from: number, to: number, hash: number, slot: number): number => {
    if (usedUnits + to - from > arena.length) {
      const wider = new Uint16Array(arena.length * 2);
      wider.set(arena);
      arena = wider;
    }
    const at = FACTS * size;
    facts[at] = hash;
    facts[at + 1] = usedUnits;
    facts[at + 2] = to - from;
    facts[at + MARK] = 0;
    for (let unit = from; unit < to; unit++) arena[usedUnits++] = units[unit] as number;
    size++;
    table[slot] = size;
    return at;
  };

  /** Reads `SHORT_UNITS` from `from` on, and lets those count that belong to the term. */
  const idOfShort = (units: Uint16Array, from: number, to: number): number => {
    const length = to - from;
    const a = ((units[from] as number) | ((units[from + 1] as number) << 16)) & (MASKS_0[length] as number);
    const b = ((units[from + 2] as number) | ((units[from + 3] as number) << 16)) & (MASKS_1[length] as number);
    const c = ((units[from + 4] as number) | ((units[from + 5] as number) << 16)) & (MASKS_2[length] as number);
    const d = ((units[from + 6] as number) | ((units[from + 7] as number) << 16)) & (MASKS_3[length] as number);
    const sum =
      Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f);
    const hash = mix(sum, length);
    const mask = table.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = (table[slot] as number) - 1;
      if (id < 0) break;
      const at = FACTS * id;
      if (
        facts[at + 2] === length &&
        facts[at + 3] === a &&
        facts[at + 4] === b &&
        facts[at + 5] === c &&
        facts[at + 6] === d
      )
        return id;
      slot = (slot + 1) & mask;
    }
    const at = add(units, from, to, hash, slot);
    facts[at + 3] = a;
    facts[at + 4] = b;
    facts[at + 5] = c;
    facts[at + 6] = d;
    if (FACTS * size === facts.length) grow();
    return at / FACTS;
  };

  const idOfLong = (units: Uint16Array, from: number, to: number): number => {
    let hash = 0;
    for (let at = from; at < to; at++) hash = mix(hash, units[at] as number);
    const length = to - from;
    const mask = table.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = (table[slot] as number) - 1;
      if (id < 0) break;
      const at = FACTS * id;
      if (facts[at] === hash && facts[at + 2] === length) {
        const start = facts[at + 1] as number;
        let same = 0;
        while (same < length && arena[start + same] === units[from + same]) same++;
        if (same === length) return id;
      }
      slot = (slot + 1) & mask;
    }
    const at = add(units, from, to, hash, slot);
    if (FACTS * size === facts.length) grow();
    return at / FACTS;
  };

  const noteAgain = (id: number, mark: number): boolean => {
    const at = FACTS * id + MARK;
    if (facts[at] === mark) return false;
    facts[at] = mark;
    return true;
  };

  const unitsOf = (id: number): Uint16Array => {
    const start = facts[FACTS * id + 1] as number;
    return arena.subarray(start, start + (facts[FACTS * id + 2] as number));
  };

  const term = (id: number): string => {
    for (let next = names.length; next <= id; next++) names.push(String.fromCharCode(...unitsOf(next)));
    return names[id] as string;
  };

  /** Sorts what is new and merges it into what was sorted before. */
  const sorted = (): readonly number[] => {
    const fresh: number[] = [];
    for (let id = order.length; id < size; id++) fresh.push(id);
    if (fresh.length === 0) return order;
    term(size - 1);
    const name = (id: number | undefined): string => names[id as number] as string;
    fresh.sort((a, b) => (name(a) < name(b) ? -1 : 1));
    const merged: number[] = [];
    let next = 0;
    for (const id of order) {
      while (next < fresh.length && name(fresh[next]) < name(id)) merged.push(fresh[next++] as number);
      merged.push(id);
    }
    while (next < fresh.length) merged.push(fresh[next++] as number);
    order = merged;
    return order;
  };

  return {
    note(units, from, to, mark) {
      const id = to - from <= SHORT_UNITS ? idOfShort(units, from, to) : idOfLong(units, from, to);
      return noteAgain(id, mark) ? id : -1;
    },
    noteAgain,
    get size() {
      return size;
    },
    isFull: () => size >= MAX_TERMS || usedUnits >= MAX_UNITS,
    clear() {
      table.fill(0);
      usedUnits = 0;
      size = 0;
      order = [];
      names.length = 0;
    },
    term,
    sorted,
  };
};
