import type { Client } from '@elastic/elasticsearch';

import { TraceTooLarge } from '../../trace-store.js';
import type { TraceId } from './find-trace.js';
import { readStoredTraces, type StoredTrace } from './stored-traces.js';

export interface ReadAheadOptions {
  readonly client: Client;
  /** Concrete. */
  readonly indices: () => Promise<readonly string[]>;
  /** Of a trace, bytes of payload. */
  readonly limit: number;
  readonly now: () => number;
}

/** Reads several of the traces that will be asked for at once: one request for each would take longer than its document. */
export interface ReadAhead {
  /** They will be asked for, in this order; at most 1,000 are remembered. */
  expect(traces: readonly TraceId[]): void;
  /**
   * What was read of an expected trace, within the latest second; rejects as reading does. Undefined: it was not expected, or is to be read by
   * itself, since no index that was known has it. Each once.
   */
  take(id: string): Promise<StoredTrace | TraceTooLarge | undefined>;
  /** To be called now and then: what nobody has asked for is forgotten. */
  letGo(): void;
}

const MOST_EXPECTED = 1_000;
const FIRST_TRACES = 4;
const MOST_TRACES = 32;
const FEW_BYTES = 1024 * 1024;
const MANY_BYTES = 2 * 1024 * 1024;
/** So late at the latest a trace that is erased or written to is told as it is. */
const FRESH_MILLIS = 1_000;

interface Batch {
  readonly ids: Set<string>;
  readonly begunMillis: number;
  readonly read: Promise<ReadonlyMap<string, StoredTrace | TraceTooLarge>>;
}

const bytesOf = (stored: StoredTrace | TraceTooLarge): number =>
  stored instanceof TraceTooLarge ? MANY_BYTES : stored.fragments.reduce((sum, { payload }) => sum + payload.length, 0);

export const createReadAhead = ({ client, indices, limit, now }: ReadAheadOptions): ReadAhead => {
  const expected = new Map<string, TraceId>();
  let batches: readonly Batch[] = [];
  let atOnce = FIRST_TRACES;

  const read = async (traces: readonly TraceId[]): Promise<ReadonlyMap<string, StoredTrace | TraceTooLarge>> => {
    const names = await indices();
    const found = await readStoredTraces(
      client,
      traces.map((trace) => ({ ...trace, indices: names })),
      limit,
    );
    const bytes = [...found.values()].reduce((sum, stored) => sum + bytesOf(stored), 0);
    if (bytes > MANY_BYTES) atOnce = Math.max(1, Math.floor(atOnce / 2));
    else if (bytes < FEW_BYTES && traces.length === atOnce) atOnce = Math.min(MOST_TRACES, 2 * atOnce);
    return found;
  };

  /** With those that are expected behind it. */
  const begin = (first: TraceId): Batch => {
    const traces = [first];
    let isBehind = false;
    for (const trace of expected.values()) {
      if (traces.length >= atOnce) break;
      if (isBehind) traces.push(trace);
      isBehind ||= trace === first;
    }
    for (const { id } of traces) expected.delete(id);
    const batch = { ids: new Set(traces.map(({ id }) => id)), begunMillis: now(), read: read(traces) };
    // Who takes of it is told.
    batch.read.catch(() => undefined);
    batches = [...batches, batch];
    return batch;
  };

  const forgetStale = (): void => {
    const isFresh = ({ begunMillis, ids }: Batch): boolean => ids.size > 0 && now() - begunMillis <= FRESH_MILLIS;
    if (batches.some((batch) => !isFresh(batch))) batches = batches.filter(isFresh);
  };

  return {
    expect(traces) {
      for (const trace of traces) {
        expected.delete(trace.id);
        expected.set(trace.id, trace);
      }
      for (const [oldest] of expected) {
        if (expected.size <= MOST_EXPECTED) break;
        expected.delete(oldest);
      }
    },
    async take(id) {
      forgetStale();
      const wanted = expected.get(id);
      const batch = batches.find(({ ids }) => ids.has(id)) ?? (wanted === undefined ? undefined : begin(wanted));
      if (batch === undefined) return undefined;
      batch.ids.delete(id);
      // The next are on their way while these are told.
      const [next] = expected.values();
      if (next !== undefined && batch === batches.at(-1)) begin(next);
      return (await batch.read).get(id);
    },
    letGo: forgetStale,
  };
};
