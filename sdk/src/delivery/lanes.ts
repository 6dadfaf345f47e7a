import type { ExportBatch, Exporter, ExportOutcome } from '../exporters/index.js';

export interface LanesOptions {
  readonly exporters: readonly Exporter[];
  /** Of one exporter at a time. */
  readonly maxConcurrentExports: number;
  readonly onOutcome: (exporter: string, batch: ExportBatch, outcome: ExportOutcome) => void;
}

/** A queue for each exporter: a slow one delays no other. Who fills them bounds them. */
export interface Lanes {
  /** Settles once every exporter has the batch behind it. */
  push(batch: ExportBatch): Promise<void>;
  readonly waitingBatches: number;
  /** Aborts what is under way and lets what waits fail. */
  abort(): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly batch: ExportBatch;
  readonly settle: () => void;
}

const createLane = (exporter: Exporter, options: LanesOptions, signal: AbortSignal) => {
  const waiting: Waiting[] = [];
  let running = 0;

  const exportOne = async ({ batch, settle }: Waiting): Promise<void> => {
    let outcome: ExportOutcome;
    try {
      outcome = await exporter.export(batch, signal);
    } catch (error) {
      outcome = {
        status: 'rejected',
        rejectedSpans: batch.spanCount,
        reason: error instanceof Error ? error.name : 'error',
      };
    }
    options.onOutcome(exporter.name, batch, outcome);
    settle();
  };

  const runNext = (): void => {
    if (running >= options.maxConcurrentExports) return;
    const next = waiting.shift();
    if (next === undefined) return;
    running += 1;
    void exportOne(next).then(() => {
      running -= 1;
      runNext();
    });
  };

  return {
    push: (batch: ExportBatch): Promise<void> =>
      new Promise((settle) => {
        waiting.push({ batch, settle });
        runNext();
      }),
    size: (): number => waiting.length + running,
  };
};

export const createLanes = (options: LanesOptions): Lanes => {
  const aborting = new AbortController();
  const lanes = options.exporters.map((exporter) => createLane(exporter, options, aborting.signal));
  return {
    push: async (batch) => {
      await Promise.all(lanes.map((lane) => lane.push(batch)));
    },
    get waitingBatches() {
      return lanes.reduce((sum, lane) => sum + lane.size(), 0);
    },
    abort: () => {
      aborting.abort();
    },
    close: async () => {
      await Promise.all(options.exporters.map((exporter) => exporter.close()));
    },
  };
};
