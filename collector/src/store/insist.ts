export interface InsistOptions {
  /** Whether a fault may pass by itself; any other is thrown at once. */
  readonly isStorageFault: (error: unknown) => boolean;
  readonly pause: (millis: number) => Promise<void>;
}

const ATTEMPTS = 10;
const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 15_000;

/** Tries again while a store is away, for a minute and a half; then throws its fault. */
export const insistOn = async <T>(work: () => Promise<T>, { isStorageFault, pause }: InsistOptions): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isStorageFault(error) || attempt >= ATTEMPTS) throw error;
      await pause(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (attempt - 1)));
    }
  }
};
