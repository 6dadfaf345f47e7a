import type { ExportBatch, Exporter, ExportOutcome } from '../../src/exporters/index.js';

/** A batch that exporters of tests don't look into. */
export const batchOf = (spanCount: number, bytes = 16): ExportBatch => ({
  request: new Uint8Array(bytes).fill(spanCount),
  spanCount,
});

export const DELIVERED: ExportOutcome = { status: 'delivered' };

/** An exporter that tells these outcomes in turn, the last one for ever, and keeps the batches. */
export const telling = (
  ...outcomes: readonly [ExportOutcome, ...ExportOutcome[]]
): Exporter & { readonly batches: readonly ExportBatch[] } => {
  const batches: ExportBatch[] = [];
  return {
    name: 'telling',
    batches,
    export(batch) {
      batches.push(batch);
      return Promise.resolve(outcomes[Math.min(batches.length, outcomes.length) - 1] ?? outcomes[0]);
    },
    close: () => Promise.resolve(),
  };
};
