/**
 * Numbers the terms of the texts that come in: 0, 1, … An open-addressing table over code units, since most terms of
 * most texts are known already and need not become a string.
 */
export interface TermDictionary {
  idOf(units: Uint16Array, from: number, to: number): number;
  readonly size: number;
  /** Too large to go on with: numbers may be forgotten by `clear` once nothing holds them. */
  isFull(): boolean;
  clear(): void;
  term(id: number): string;
  /** All numbers in the order of their terms' UTF-16 code units; valid until the next call of anything. */
  sorted(): readonly number[];
}

const MAX_TERMS = 500_000;
const MAX_UNITS = 8 * 1024 * 1024;

/** Of each term, side by side: its hash, where its units begin, how many they are. */
const FACTS = 3;

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

  const add = (units: Uint16Array, from: number, to: number, hash: number): number => {
    if (usedUnits + to - from > arena.length) {
      const wider = new Uint16Array(arena.length * 2);
      wider.set(arena);
      arena = wider;
    }
    const at = FACTS * size;
    facts[at] = hash;
    facts[at + 1] = usedUnits;
    facts[at + 2] = to - from;
    for (let unit = from; unit < to; unit++) arena[usedUnits++] = units[unit] as number;
    return size++;
  };

  const idOf = (units: Uint16Array, from: number, to: number): number => {
    let hash = 0x811c9dc5 | 0;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (units[at] as number), 0x01000193);
    hash ^= hash >>> 15;
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
    const id = add(units, from, to, hash);
    table[slot] = id + 1;
    if (FACTS * size === facts.length) grow();
    return id;
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
    idOf,
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
