import { Counter, type Registry } from 'prom-client';

/** What one batch did to the store. */
export interface DrainedBatch {
  readonly records: number;
  readonly newTraces: number;
  readonly newSpans: number;
  readonly duplicateSpans: number;
  readonly erasedFragments: number;
  readonly splitRecords: number;
  readonly corruptRecords: number;
}

export interface DrainMetrics {
  drained(batch: DrainedBatch): void;
  /** The store refused a batch, which is tried again; `code` is the fault's own, e.g. `ENOSPC`. */
  drainFault(code: string): void;
  erasedTraces(count: number): void;
  /** A record that passed decode and that no stage understands. */
  unreadableRecord(): void;
}

export const createDrainMetrics = (registry: Registry): DrainMetrics => {
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `noveum_${name}_total`, help, registers: [registry] });
  const records = counter('drained_records', 'Journal records that the store has taken');
  const traces = counter('stored_traces', 'Traces stored');
  const spans = counter('stored_spans', 'Spans stored');
  const duplicates = counter('duplicate_spans', 'Spans that the store held already');
  const erased = counter('erased_fragments', 'Parts of requests that were left out, since their traces were erased');
  const erasedTraces = counter('erased_traces', 'Traces erased on request');
  const split = counter('split_records', 'Journal records so large that the store took them in several commits');
  const corrupt = counter('corrupt_records', 'Journal records whose checksum failed');
  const unreadable = counter('unreadable_records', 'Journal records that no stage understands');
  const faults = new Counter({
    name: 'noveum_drain_faults_total',
    help: 'Batches that the store refused, by code; each is tried again',
    labelNames: ['code'],
    registers: [registry],
  });
  return {
    drained(batch) {
      records.inc(batch.records);
      traces.inc(batch.newTraces);
      spans.inc(batch.newSpans);
      duplicates.inc(batch.duplicateSpans);
      erased.inc(batch.erasedFragments);
      split.inc(batch.splitRecords);
      corrupt.inc(batch.corruptRecords);
    },
    drainFault: (code) => {
      faults.inc({ code });
    },
    erasedTraces: (count) => {
      erasedTraces.inc(count);
    },
    unreadableRecord: () => {
      unreadable.inc();
    },
  };
};
