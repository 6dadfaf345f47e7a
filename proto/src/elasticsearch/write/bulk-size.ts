/** How many bytes go into one bulk request, by what the node's answers were like. */
export interface BulkSize {
  bytes(): number;
  /** Took so long; the node took all of it. */
  noteTaken(tookMillis: number, bytes: number): void;
  /** The node turned it, or some of it, away. */
  noteRefused(): void;
}

const LEAST_BYTES = 256 * 1024;
const FIRST_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 8 * 1024 * 1024;
const QUICK_MILLIS = 1_000;
const SLOW_MILLIS = 5_000;

export const createBulkSize = (): BulkSize => {
  let size = FIRST_BYTES;
  const setTo = (bytes: number): void => {
    size = Math.round(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, bytes)));
  };
  return {
    bytes: () => size,
    noteTaken(tookMillis, bytes) {
      if (tookMillis > SLOW_MILLIS) setTo(size * 0.75);
      else if (tookMillis < QUICK_MILLIS && bytes > size / 2) setTo(size * 1.25);
    },
    noteRefused() {
      setTo(size / 2);
    },
  };
};
