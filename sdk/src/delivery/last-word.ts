/** What the host has told of its counts, in the thread. */
export interface LastWord {
  /** The latest; undefined: nothing yet. */
  told(): unknown;
  /** `answersTo`: up to which of this thread's counts it holds them. */
  hear(told: unknown, answersTo?: number): void;
  /** Settles once the host has answered the counts of that number, or the time is up. */
  answered(number: number, timeoutMillis: number): Promise<void>;
}

export const createLastWord = (): LastWord => {
  let latest: unknown;
  let answeredNumber = -1;
  let check: () => void = () => undefined;
  return {
    told: () => latest,
    hear(told, answersTo = -1) {
      latest = told;
      answeredNumber = Math.max(answeredNumber, answersTo);
      check();
    },
    answered: (number, timeoutMillis) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, timeoutMillis);
        check = () => {
          if (answeredNumber < number) return;
          clearTimeout(timer);
          resolve();
        };
        check();
      }),
  };
};
