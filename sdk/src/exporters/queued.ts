import type { ExportBatch, Exporter, ExportOutcome } from './exporter.js';

interface Waiting {
  readonly batch: ExportBatch;
  readonly signal: AbortSignal;
  readonly settle: (outcome: ExportOutcome) => void;
}

/**
 * Lets so many batches at a time through to an exporter; the others wait in their order. The queue is as long as who
 * fills it makes it: here that is bounded by the bytes that are in flight.
 */
export const queued = (exporter: Exporter, maxConcurrentExports: number): Exporter => {
  const waiting: Waiting[] = [];
  let running = 0;

  const runNext = (): void => {
    const next = running < maxConcurrentExports ? waiting.shift() : undefined;
    if (next === undefined) return;
    running += 1;
    void exporter.export(next.batch, next.signal).then((outcome) => {
      running -= 1;
      next.settle(outcome);
      runNext();
    });
  };

  return {
    name: exporter.name,
    export: (batch, signal) =>
      new Promise((settle) => {
        waiting.push({ batch, signal, settle });
        runNext();
      }),
    close: () => exporter.close(),
  };
};
