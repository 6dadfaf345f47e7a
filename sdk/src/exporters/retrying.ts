import { type Clock, waited } from './clock.js';
import type { Exporter, ExportOutcome } from './exporter.js';

export interface RetryOptions {
  /** From the first try on; then the batch is given back as it is. Default: 60,000. */
  readonly maxElapsedMillis?: number;
  /** The first one counts. Default: as many as the time allows. */
  readonly maxAttempts?: number;
  /** Upper bound of the first wait. Default: 1,000. */
  readonly initialMillis?: number;
  /** Upper bound of any wait that the backend has not asked for. Default: 30,000. */
  readonly maxMillis?: number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly clock: Clock;
  /** Before each further try. */
  readonly onRetry?: (reason: string) => void;
}

/**
 * Tries again what may be taken later, after waits of random length between 0 and a bound that doubles: "full jitter"
 * (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Where the backend says how long to wait,
 * that is waited, and a jitter of the first bound on top so that its clients don't come back at once. A wait that would
 * go beyond the bound of all is not begun.
 */
export const retrying = (
  exporter: Exporter,
  {
    maxElapsedMillis = 60_000,
    maxAttempts = Infinity,
    initialMillis = 1000,
    maxMillis = 30_000,
    random,
    clock,
    onRetry,
  }: RetryOptions,
): Exporter => {
  const delayOf = (outcome: Extract<ExportOutcome, { status: 'retry' }>, attempt: number): number =>
    outcome.afterMillis === undefined
      ? random() * Math.min(maxMillis, initialMillis * 2 ** attempt)
      : outcome.afterMillis + random() * initialMillis;

  return {
    name: exporter.name,
    async export(batch, signal) {
      const isAborted = (): boolean => signal.aborted;
      const giveUpAt = clock.monotonicMillis() + maxElapsedMillis;
      for (let attempt = 1; ; attempt++) {
        const outcome = await exporter.export(batch, signal);
        if (outcome.status !== 'retry' || isAborted()) return outcome;
        if (attempt >= maxAttempts) return outcome;
        const delay = delayOf(outcome, attempt - 1);
        if (clock.monotonicMillis() + delay > giveUpAt) return outcome;
        await waited(clock, delay, signal);
        if (isAborted()) return outcome;
        onRetry?.(outcome.reason);
      }
    },
    close: () => exporter.close(),
  };
};
