/** How often each kind was replaced. */
export interface Counting {
  /** By number of the name. */
  readonly add: (kind: number) => void;
  readonly counts: () => Readonly<Record<string, number>>;
}

/** Names that were not counted are left out. */
export const createCounting = (names: readonly string[]): Counting => {
  const numbers = new Float64Array(names.length);
  return {
    add: (kind) => void (numbers[kind] = (numbers[kind] as number) + 1),
    counts: () => {
      const counted: Record<string, number> = {};
      names.forEach((name, kind) => {
        if (numbers[kind] !== 0) counted[name] = numbers[kind] as number;
      });
      return Object.freeze(counted);
    },
  };
};
