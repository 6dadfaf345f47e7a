import { CollectorError } from '../errors/index.js';

/** What answers hold while their clients take them. */
export interface AnswerMemory {
  /**
   * Counts bytes as held, until the function that it returns is called. Throws STORE_UNAVAILABLE where the limit is
   * passed and the answer has not begun; one that has is let through, since it holds one trace at a time.
   */
  hold(bytes: number, answer: 'new' | 'begun'): () => void;
}

export const createAnswerMemory = (limitBytes: number): AnswerMemory => {
  let held = 0;
  return {
    hold(bytes, answer) {
      if (answer === 'new' && held > 0 && held + bytes > limitBytes)
        throw new CollectorError({
          code: 'STORE_UNAVAILABLE',
          message: 'too many large answers are under way; try again',
          retryAfterSeconds: 1,
        });
      held += bytes;
      let isHeld = true;
      return () => {
        if (isHeld) held -= bytes;
        isHeld = false;
      };
    },
  };
};
