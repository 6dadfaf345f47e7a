/**
 * Memory for bodies, used again for the next: new memory for each body had the garbage collector run for every few
 * requests, and large ones wait for it by the hundred megabytes (measured). Pieces come in powers of two up to 1 MiB,
 * then in whole MiB.
 */
export interface BodyMemory {
  /** At least `bytes` long. */
  take(bytes: number): Buffer;
  /** The content is not read any more. */
  giveBack(memory: Buffer): void;
  /** Bytes kept for the next bodies. */
  keptBytes(): number;
}

const SMALLEST_BYTES = 4 * 1024;
const MEBIBYTE = 1024 * 1024;
/** Of each size up to 1 MiB. */
const KEPT_PIECES = 16;
/** Of larger pieces in all, those in use counted: what is held for later never comes on top. Given up after a while in which no large body came. */
const LARGE_BYTES = 128 * MEBIBYTE;
/** A piece serves a body that fills so much of it, or real memory would be far beyond what bodies are counted as. */
const LEAST_FILLED = 0.8;
const LARGE_IDLE_MILLIS = 10_000;

const sizeFor = (bytes: number): number =>
  bytes > MEBIBYTE
    ? Math.ceil(bytes / MEBIBYTE) * MEBIBYTE
    : Math.max(SMALLEST_BYTES, 2 ** Math.ceil(Math.log2(Math.max(1, bytes))));

/** `later` runs the task once after so long; default: a timer that keeps no process alive. */
export const createBodyMemory = (
  later: (millis: number, task: () => void) => void = (millis, task) => void setTimeout(task, millis).unref(),
): BodyMemory => {
  const small = new Map<number, Buffer[]>();
  let large: Buffer[] = [];
  let largeUses = 0;
  let largeInUse = 0;
  let isWatching = false;
  const largeBytes = (): number => large.reduce((sum, piece) => sum + piece.length, 0);

  const watchIdle = (): void => {
    if (isWatching) return;
    isWatching = true;
    const usesBefore = largeUses;
    later(LARGE_IDLE_MILLIS, () => {
      isWatching = false;
      if (largeUses === usesBefore) large = [];
      else watchIdle();
    });
  };

  const letGo = (): void => {
    while (large.length > 0 && largeInUse + largeBytes() > LARGE_BYTES) large.shift();
  };

  const takeLarge = (size: number): Buffer => {
    largeUses++;
    const at = large.findIndex((piece) => piece.length >= size && piece.length * LEAST_FILLED <= size);
    const piece = at < 0 ? Buffer.allocUnsafeSlow(size) : (large.splice(at, 1)[0] as Buffer);
    largeInUse += piece.length;
    letGo();
    return piece;
  };

  return {
    take(bytes) {
      const size = sizeFor(bytes);
      return size > MEBIBYTE ? takeLarge(size) : (small.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size));
    },
    giveBack(memory) {
      if (memory.length > MEBIBYTE) {
        largeInUse -= memory.length;
        large.push(memory);
        letGo();
        watchIdle();
        return;
      }
      const pieces = small.get(memory.length) ?? [];
      if (pieces.length < KEPT_PIECES) pieces.push(memory);
      small.set(memory.length, pieces);
    },
    keptBytes: () => largeBytes() + [...small.values()].flat().reduce((sum, piece) => sum + piece.length, 0),
  };
};
