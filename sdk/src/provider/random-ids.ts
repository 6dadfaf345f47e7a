import type { IdGenerator } from '@opentelemetry/sdk-trace-base';

const POOL_WORDS = 2_048;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const hexOf = (word: number): string =>
  `${HEX[word >>> 24] as string}${HEX[(word >>> 16) & 255] as string}${HEX[(word >>> 8) & 255] as string}${HEX[word & 255] as string}`;

/**
 * Ids of W3C Trace Context, from a pool of cryptographically random words: asking for 16 bytes at a time costs more
 * than the span. Never all zeros: the first word is odd.
 */
export const randomIds = (
  fill: (words: Uint32Array<ArrayBuffer>) => void = (words) => void crypto.getRandomValues(words),
): IdGenerator => {
  const pool = new Uint32Array(POOL_WORDS);
  let next = POOL_WORDS;
  const word = (): number => {
    if (next === POOL_WORDS) {
      fill(pool);
      next = 0;
    }
    return pool[next++] as number;
  };
  return {
    generateTraceId: () => hexOf(word()) + hexOf(word()) + hexOf(word()) + hexOf((word() | 1) >>> 0),
    generateSpanId: () => hexOf(word()) + hexOf((word() | 1) >>> 0),
  };
};
