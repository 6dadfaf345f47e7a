import type { ExporterTally } from '../ledger/index.js';
import type { Clock } from './clock.js';
import type { ExportBatch, Exporter, ExportOutcome } from './exporter.js';

/** Writes down what came of a batch that was in flight. */
export const settle = (
  tally: ExporterTally,
  clock: Clock,
  { spanCount }: ExportBatch,
  outcome: ExportOutcome,
): void => {
  switch (outcome.status) {
    case 'delivered':
      tally.acknowledged(spanCount, clock.unixMillis());
      return;
    case 'rejected': {
      const rejected = Math.min(spanCount, Math.max(0, outcome.rejectedSpans));
      tally.rejected(rejected, outcome.reason);
      if (rejected < spanCount) tally.acknowledged(spanCount - rejected, clock.unixMillis());
      return;
    }
    case 'retry':
      tally.dropped(spanCount, outcome.reason);
  }
};

/** The outermost of an exporter's wrappers: what is still to be retried here is given up, and counts as dropped. */
export const counted = (exporter: Exporter, tally: ExporterTally, clock: Clock): Exporter => ({
  name: exporter.name,
  async export(batch, signal) {
    tally.started(batch.spanCount);
    const outcome = await exporter.export(batch, signal);
    settle(tally, clock, batch, outcome);
    return outcome;
  },
  close: () => exporter.close(),
});
