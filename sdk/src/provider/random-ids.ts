import type { IdGenerator } from '@opentelemetry/sdk-trace-base';

const POOL_WORDS = 2_048;
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const DIGITS_A_WORD = 8;

/**
 * Ids of W3C Trace Context, from a pool of cryptographically random words: asking for 16 bytes at a time costs more
 * than the span. Never all zeros: the last word is odd. An id is made in one piece: one that is added up of parts would
 * be put together when it is first read, which costs more than making it.
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
  const generator = (words: number) => {
    const codes = new Array<number>(words * DIGITS_A_WORD).fill(0);
    return (): string => {
      let odd = 1;
      for (let end = codes.length; end > 0; end -= DIGITS_A_WORD) {
        let rest = word() | odd;
        odd = 0;
        for (let at = end - 1; at >= end - DIGITS_A_WORD; at--) {
          codes[at] = DIGITS[rest & 15] as number;
          rest >>>= 4;
        }
      }
      return String.fromCharCode(...codes);
    };
  };
  return { generateTraceId: generator(4), generateSpanId: generator(2) };
};
