import type { TraceRow } from './trace-row.js';

/** A row and the day that it lives in. */
export interface PlacedRow {
  readonly day: number;
  readonly row: TraceRow;
}

/** The rows written last, so that a trace's next spans need no look-up; at most `MOST_ROWS` of `MOST_SPANS`. */
export interface HotRows {
  get(place: string): PlacedRow | undefined;
  remember(place: string, placed: PlacedRow): void;
  delete(place: string): void;
  clear(): void;
}

export const MOST_ROWS = 4_000;
/** A row knows all its spans. A trace that alone has more is held all the same: to derive it at each of its requests would take seconds. */
export const MOST_SPANS = 200_000;

interface Generation {
  readonly rows: Map<string, PlacedRow>;
  readonly spansOf: Map<string, number>;
  spans: number;
}

const newGeneration = (): Generation => ({ rows: new Map(), spansOf: new Map(), spans: 0 });

const put = (generation: Generation, place: string, placed: PlacedRow): void => {
  generation.spans += placed.row.spans - (generation.spansOf.get(place) ?? 0);
  generation.spansOf.set(place, placed.row.spans);
  generation.rows.set(place, placed);
};

const remove = (generation: Generation, place: string): void => {
  generation.spans -= generation.spansOf.get(place) ?? 0;
  generation.spansOf.delete(place);
  generation.rows.delete(place);
};

/** Two generations: the older is forgotten as a whole, which is cheaper than to keep all in the order of their use. */
export const createHotRows = (): HotRows => {
  let young = newGeneration();
  let old = newGeneration();

  const isFull = (place: string, { row }: PlacedRow): boolean =>
    young.rows.size > 0 &&
    (young.spans + row.spans - (young.spansOf.get(place) ?? 0) > MOST_SPANS / 2 ||
      (young.rows.size >= MOST_ROWS / 2 && !young.rows.has(place)));

  return {
    get: (place) => young.rows.get(place) ?? old.rows.get(place),
    remember(place, placed) {
      // What the older generation says of it is told here.
      remove(old, place);
      if (isFull(place, placed)) {
        remove(young, place);
        old = young;
        young = newGeneration();
      }
      put(young, place, placed);
    },
    delete(place) {
      remove(young, place);
      remove(old, place);
    },
    clear() {
      young = newGeneration();
      old = newGeneration();
    },
  };
};
