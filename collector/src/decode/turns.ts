/**
 * Lets callers go on one by one, each in its own turn of the event loop: many large bodies that are complete at once
 * would hold it for the sum of their times.
 */
export const createTurns = (): (() => Promise<void>) => {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
};
