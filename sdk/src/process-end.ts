import type { NoveumClient } from './client.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const TIMEOUT_MILLIS = 5_000;

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
  { onSignal }: { readonly onSignal: boolean },
): ProcessEnd => {
  const isSettled = (): boolean => {
    const { queuedSpans, exporters } = client.getStats();
    return queuedSpans === 0 && Object.values(exporters).every(({ inFlightSpans }) => inFlightSpans === 0);
  };
  let wasFlushed = false;
  const onBeforeExit = (): void => {
    // It comes again after every work that it has begun: once is enough for what can't be delivered.
    if (wasFlushed || isSettled()) return;
    wasFlushed = true;
    void client.flush(TIMEOUT_MILLIS);
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
