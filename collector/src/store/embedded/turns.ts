/** Runs a task while none of the others does. */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>;

/** In the order in which they are given; one that fails stops none. */
export const oneByOne = (): Turns => {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    last = next.catch(() => undefined);
    return next;
  };
};
