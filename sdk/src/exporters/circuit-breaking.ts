import type { Clock } from './clock.js';
import type { Exporter, ExportOutcome } from './exporter.js';

export interface CircuitOptions {
  /** Tries in a row that came to nothing, before no more are made. Default: 5. */
  readonly failures?: number;
  /** How long none is made. Default: 10,000. */
  readonly openMillis?: number;
  readonly clock: Clock;
  readonly onState?: (state: 'closed' | 'open' | 'half-open') => void;
}

/**
 * Spares a backend that is down, and the host the work: after so many failures batches are given back at once; after a
 * while one is let through, and what comes of it decides (M. Nygard, "Release It!", Circuit Breaker). A backend that
 * asks to be left alone for a time (429, 503 with Retry-After) is left alone for that long.
 */
export const circuitBreaking = (
  exporter: Exporter,
  { failures: maxFailures = 5, openMillis = 10_000, clock, onState }: CircuitOptions,
): Exporter => {
  let failures = 0;
  /** Null: closed. */
  let openUntil: number | null = null;
  let isProbing = false;

  const giveBack = (afterMillis: number): ExportOutcome => ({ status: 'retry', reason: 'circuit_open', afterMillis });

  const settle = (outcome: ExportOutcome, signal: AbortSignal): void => {
    if (outcome.status !== 'retry') {
      failures = 0;
      if (openUntil !== null) onState?.('closed');
      openUntil = null;
      return;
    }
    // Who aborts has said nothing about the backend.
    if (signal.aborted) return;
    failures++;
    if (failures < maxFailures && openUntil === null) return;
    openUntil = clock.monotonicMillis() + Math.max(openMillis, outcome.afterMillis ?? 0);
    onState?.('open');
  };

  return {
    name: exporter.name,
    async export(batch, signal) {
      if (openUntil !== null) {
        const rest = openUntil - clock.monotonicMillis();
        if (rest > 0 || isProbing) return giveBack(Math.max(rest, 0));
        isProbing = true;
        onState?.('half-open');
      }
      const isProbe = isProbing;
      try {
        const outcome = await exporter.export(batch, signal);
        settle(outcome, signal);
        return outcome;
      } finally {
        if (isProbe) isProbing = false;
      }
    },
    close: () => exporter.close(),
  };
};
