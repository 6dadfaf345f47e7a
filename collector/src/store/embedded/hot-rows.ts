import type { TraceRow } from './trace-row.js';

/** A row and the day that it lives in. */
export interface PlacedRow {
  readonly day: number;
  readonly row: TraceRow;
}

/** The rows written last, so that a trace's next spans need no look-up; at most `MOST_ROWS`. */
export interface HotRows {
  get(place: string): PlacedRow | undefined;
  remember(place: string, placed: PlacedRow): void;
  delete(place: string): void;
  clear(): void;
}

const MOST_ROWS = 4_000;

/** Two generations: the older is forgotten as a whole, which is cheaper than to keep all in the order of their use. */
export const createHotRows = (): HotRows => {
  let young = new Map<string, PlacedRow>();
  let old = new Map<string, PlacedRow>();

  return {
    get: (place) => young.get(place) ?? old.get(place),
    remember(place, placed) {
      if (young.size >= MOST_ROWS / 2 && !young.has(place)) {
        old = young;
        young = new Map();
      }
      young.set(place, placed);
    },
    delete(place) {
      young.delete(place);
      old.delete(place);
    },
    clear() {
      young = new Map();
      old = new Map();
    },
  };
};
