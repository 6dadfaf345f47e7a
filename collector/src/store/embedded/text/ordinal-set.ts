/** A set of ordinals below a limit, one bit each. */
export type OrdinalSet = Uint32Array;

export const createOrdinalSet = (limit: number): OrdinalSet => new Uint32Array((limit >>> 5) + 1);

export const intersect = (into: OrdinalSet, other: OrdinalSet): void => {
  for (let word = 0; word < into.length; word++) into[word] = (into[word] as number) & (other[word] as number);
};

export const subtract = (into: OrdinalSet, other: OrdinalSet): void => {
  for (let word = 0; word < into.length; word++) into[word] = (into[word] as number) & ~(other[word] as number);
};

/** Calls `visit` with each ordinal from `from` to `to` (multiples of 32), in ascending order. */
export const visitOrdinals = (set: OrdinalSet, from: number, to: number, visit: (ordinal: number) => void): void => {
  const end = Math.min(to >>> 5, set.length);
  for (let word = from >>> 5; word < end; word++) {
    let bits = set[word] as number;
    while (bits !== 0) {
      const low = bits & -bits;
      visit(word * 32 + 31 - Math.clz32(low));
      bits ^= low;
    }
  }
};
