const FEWEST = 10;
const MOST = 200;
/** Slower answers say that the collector has enough to do. */
const QUICK_MILLIS = 500;

/** How many traces go in one request. */
export interface BatchSize {
  current(): number;
  /** A request with so many was taken: twice as many next time, where it was a full one and the answer quick. */
  taken(traces: number, millis: number): void;
  /** It was too large, or took too long: half as many. */
  tooMuch(): void;
}

/** From 10 to 200, the least at first. */
export const createBatchSize = (): BatchSize => {
  let size = FEWEST;
  return {
    current: () => size,
    taken(traces, millis) {
      if (traces >= size && millis < QUICK_MILLIS) size = Math.min(MOST, size * 2);
    },
    tooMuch() {
      size = Math.max(FEWEST, Math.floor(size / 2));
    },
  };
};
