import type { NoveumClient } from '../../client/index.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const TIMEOUT_MILLIS = 5_000;
const GRACE_MILLIS = 1_000;

export interface ProcessEndOptions {
  readonly onSignal: boolean;
  /** What is lost is said. */
  readonly tell: (message: string) => void;
}

export interface ProcessEnd {
  /** Idempotent. */
  forget(): void;
}

/**
 * Flushes when the process has nothing left to do, and on signals where asked to. The process is the host's: a signal
 * that nobody else listens to is raised again, because listening has taken away its effect.
 */
export const flushAtProcessEnd = (
  client: Pick<NoveumClient, 'flush' | 'getStats'>,
  { onSignal, tell }: ProcessEndOptions,
): ProcessEnd => {
  const unsettled = (): readonly string[] => {
    const { queuedSpans, exporters } = client.getStats();
    const waiting = Object.entries(exporters).filter(([, { inFlightSpans }]) => inFlightSpans > 0);
    return [
      ...(queuedSpans === 0 ? [] : [`${queuedSpans} spans were not processed`]),
      ...waiting.map(
        ([name, { inFlightSpans, lastErrorReason }]) =>
          `${inFlightSpans} spans were not delivered by ${name} (${lastErrorReason ?? 'no answer'})`,
      ),
    ];
  };
  let wasFlushed = false;
  const onBeforeExit = (): void => {
    // It comes again after every work that it has begun: once is enough for what can't be delivered.
    if (wasFlushed || unsettled().length === 0) return;
    wasFlushed = true;
    // What waits for a try again keeps no process alive: this does, for as long as there is time to deliver.
    const hold = setTimeout(() => undefined, TIMEOUT_MILLIS + GRACE_MILLIS);
    void client.flush(TIMEOUT_MILLIS).then(() => {
      clearTimeout(hold);
      const left = unsettled();
      if (left.length > 0) tell(`the process ends, and ${left.join(', ')}`);
    });
  };
  const listeners = SIGNALS.map((signal) => {
    const listen = (): void => {
      const isAlone = process.listenerCount(signal) === 1;
      void client.flush(TIMEOUT_MILLIS).finally(() => {
        process.removeListener(signal, listen);
        if (isAlone) process.kill(process.pid, signal);
      });
    };
    return { signal, listen };
  });

  process.on('beforeExit', onBeforeExit);
  if (onSignal) for (const { signal, listen } of listeners) process.on(signal, listen);
  return {
    forget: () => {
      process.removeListener('beforeExit', onBeforeExit);
      for (const { signal, listen } of listeners) process.removeListener(signal, listen);
    },
  };
};
