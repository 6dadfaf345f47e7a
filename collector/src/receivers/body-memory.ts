/**
 * Memory for bodies, used again for the next: new memory for each body had the garbage collector run for every few
 * requests (measured). Pieces come in powers of two; larger bodies get their own.
 */
export interface BodyMemory {
  /** At least `bytes` long. */
  take(bytes: number): Buffer;
  /** The content is not read any more. */
  giveBack(memory: Buffer): void;
}

const SMALLEST_EXPONENT = 12;
const LARGEST_EXPONENT = 20;
/** Of each size; 16 pieces of 1 MiB at the most. */
const KEPT_PIECES = 16;

export const createBodyMemory = (): BodyMemory => {
  const free = new Map<number, Buffer[]>();
  return {
    take(bytes) {
      const exponent = Math.max(SMALLEST_EXPONENT, Math.ceil(Math.log2(Math.max(1, bytes))));
      if (exponent > LARGEST_EXPONENT) return Buffer.allocUnsafeSlow(bytes);
      return free.get(2 ** exponent)?.pop() ?? Buffer.allocUnsafeSlow(2 ** exponent);
    },
    giveBack(memory) {
      if (memory.length > 2 ** LARGEST_EXPONENT) return;
      const pieces = free.get(memory.length) ?? [];
      if (pieces.length < KEPT_PIECES) pieces.push(memory);
      free.set(memory.length, pieces);
    },
  };
};
