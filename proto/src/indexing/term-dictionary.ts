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
  /** Puts numbers, at most `MAX_SORTED`, into the order of their terms' UTF-16 code units. */
  sort(ids: Uint32Array): void;
}

const MAX_TERMS = 500_000;
const MAX_UNITS = 8 * 1024 * 1024;
/** 32 bits of a term and these 21 make a number that a double holds exactly. */
const MAX_SORTED = 2 ** 21;

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

  const compare = (a: number, b: number): number => {
    const startA = facts[FACTS * a + 1] as number;
    const startB = facts[FACTS * b + 1] as number;
    const lengthA = facts[FACTS * a + 2] as number;
    const lengthB = facts[FACTS * b + 2] as number;
    const shorter = Math.min(lengthA, lengthB);
    for (let at = 0; at < shorter; at++) {
      const order = (arena[startA + at] as number) - (arena[startB + at] as number);
      if (order !== 0) return order;
    }
    return lengthA - lengthB;
  };

  /** Four bytes of a number, from the first units up to the first that is no byte: terms in order have theirs in order, or alike. */
  const beginningOf = (id: number): number => {
    const start = facts[FACTS * id + 1] as number;
    const length = facts[FACTS * id + 2] as number;
    let beginning = 0;
    let isByte = true;
    for (let at = 0; at < 4; at++) {
      const unit: number = isByte && at < length ? (arena[start + at] as number) : 0;
      isByte &&= unit < 255;
      beginning = beginning * 256 + Math.min(unit, 255);
    }
    return beginning;
  };

  const sort = (ids: Uint32Array): void => {
    const keys = new Float64Array(ids.length);
    for (let at = 0; at < ids.length; at++) keys[at] = beginningOf(ids[at] as number) * MAX_SORTED + at;
    keys.sort();
    const before = ids.slice();
    let from = 0;
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as number;
      ids[at] = before[key % MAX_SORTED] as number;
      const next = keys[at + 1];
      if (next !== undefined && Math.floor(next / MAX_SORTED) === Math.floor(key / MAX_SORTED)) continue;
      if (at > from) ids.subarray(from, at + 1).sort(compare);
      from = at + 1;
    }
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
    },
    term: (id) => String.fromCharCode.apply(null, unitsOf(id) as unknown as number[]),
    sort,
  };
};
