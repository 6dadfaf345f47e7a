/**
 * What was computed of twelfths of hours, as long as nothing in them changes: most of what a chart shows is over and
 * done with. Bounded by weight; what was used longest ago goes first.
 */
export interface SliceMemory {
  /** A name for one day's index, unlike that of any other that was opened. */
  newName(): string;
  /** `compute` is called where nothing is held that was computed at the same number of changes. */
  of<T>(place: string, changes: number, compute: () => { readonly value: T; readonly weight: number }): T;
}

interface Held {
  readonly changes: number;
  readonly weight: number;
  readonly value: unknown;
}

/** Of some hundred bytes each: 50 MB or so. */
const MOST_WEIGHT = 400_000;

export const createSliceMemory = (mostWeight = MOST_WEIGHT): SliceMemory => {
  const held = new Map<string, Held>();
  let weight = 0;
  let names = 0;

  const forget = (place: string): void => {
    weight -= held.get(place)?.weight ?? 0;
    held.delete(place);
  };

  return {
    newName: () => String(names++),
    of<T>(place: string, changes: number, compute: () => { readonly value: T; readonly weight: number }): T {
      const found = held.get(place);
      if (found?.changes === changes) {
        held.delete(place);
        held.set(place, found);
        return found.value as T;
      }
      forget(place);
      const computed = compute();
      if (computed.weight > mostWeight / 4) return computed.value;
      held.set(place, { changes, ...computed });
      weight += computed.weight;
      for (const oldest of held.keys()) {
        if (weight <= mostWeight) break;
        forget(oldest);
      }
      return computed.value;
    },
  };
};
