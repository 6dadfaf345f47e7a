import type { ExportBatch, Exporter, ExportOutcome } from './exporter.js';

interface Waiting {
  readonly batch: ExportBatch;
  readonly signal: AbortSignal;
  readonly settle: (outcome: ExportOutcome) => void;
}

export interface QueueOptions {
  /** Batches at a time; the others wait in their order. */
  readonly maxConcurrentExports: number;
  /**
   * Of batches that wait or are on their way. What comes beyond it is given back at once: an exporter whose backend is
   * down is not to hold what the others need. One batch alone is always taken. Default: as many as come.
   */
  readonly maxBytes?: number;
}

/** Lets so many batches at a time through to an exporter. */
export const queued = (exporter: Exporter, { maxConcurrentExports, maxBytes = Infinity }: QueueOptions): Exporter => {
  const waiting: Waiting[] = [];
  let running = 0;
  let bytes = 0;

  const runNext = (): void => {
    const next = running < maxConcurrentExports ? waiting.shift() : undefined;
    if (next === undefined) return;
    running += 1;
    void exporter.export(next.batch, next.signal).then((outcome) => {
      running -= 1;
      bytes -= next.batch.request.byteLength;
      next.settle(outcome);
      runNext();
    });
  };

  return {
    name: exporter.name,
    export: (batch, signal) => {
      const { byteLength } = batch.request;
      if (bytes > 0 && bytes + byteLength > maxBytes)
        return Promise.resolve({ status: 'retry', reason: 'exporter_queue_full' });
      bytes += byteLength;
      return new Promise((settle) => {
        waiting.push({ batch, signal, settle });
        runNext();
      });
    },
    close: () => exporter.close(),
  };
};
