import type { Client } from '@elastic/elasticsearch';
import { derivationOf, type Fragment, type Prices } from 'noveum-proto';
import {
  createBulkSender,
  createBulkSize,
  createCircuitBreaker,
  createHotTraces,
  createTraceIndices,
  createTraceWriting,
  createWriteCounter,
  type Fault,
  type JobCounts,
  type MergeOptions,
  RefusedByElasticsearch,
  type TraceJob,
  type WriteCounts,
} from 'noveum-proto/elasticsearch';

import type { TraceChange, TraceFragment, TraceWriter, WriteReport } from '../../trace-store.js';
import { transportOf } from '../client/index.js';
import { createEraser } from './eraser.js';
import { type ErasureIndexState, type ErasureTimes, openErasureIndex } from './erasure-index.js';
import { createDoubleTraces } from './join-doubles.js';
import { createRederivingHeads, type RederivingHeads } from './rederive-heads.js';
import { createStoredByFacts } from './stored-by-facts.js';
import { createUnreported } from './unreported.js';

export interface ElasticsearchWriterOptions {
  readonly client: Client;
  /** Under which the indices of traces are: `noveum-traces`. */
  readonly alias: string;
  /** What was erased, and which traces may not come back; made where it is missing. */
  readonly erasuresIndex: string;
  /** Whether `write` waits until what it wrote is in every answer. Default false: by the index's refresh interval. */
  readonly refresh?: boolean;
  /** Default: 10 minutes until the purge, remembered for 30 days. */
  readonly erasureTimes?: Partial<ErasureTimes>;
  /** Whether nothing of an erasure is left beside the cluster: it is not purged before. Default: nothing ever is. */
  readonly isGoneElsewhere?: (erasure: string) => Promise<boolean>;
  /** Of one attribute value, UTF-8; what is longer is cut in documents. Default 1 MiB. */
  readonly maxValueBytes?: number;
  /** Whether words are kept for searches; without them every trace is a candidate. Default true. */
  readonly hasTextIndex?: boolean;
  /** For calls that came without a cost; default: none. */
  readonly prices?: Prices;
  /** Of stored spans, as they would be told if they came now; null where only the document can tell. */
  readonly tellFacts: (fragment: Fragment) => TraceFragment['facts'];
  readonly now: () => number;
  readonly pause: (millis: number) => Promise<void>;
  /** A name that no other call gives. */
  readonly newName: () => string;
}

/**
 * Two things differ from what a `TraceWriter` promises. A `write` that throws may have stored some of its traces: it is
 * to be called again with the same fragments, and then counts them as if it stored them itself. And without `refresh`
 * what is written is in searches some seconds later (the index's refresh interval); by its id it is read at once.
 */
export interface ElasticsearchWriter extends TraceWriter, RederivingHeads {
  /** The fault that lasts: requests are held back. Null: all is well. */
  fault(): Fault | null;
  counts(): WriteCounts;
  erasures(): Promise<ErasureIndexState>;
  /** The ids of those heads that were erased, and may not come back. */
  erasedAmong(ids: readonly string[]): Promise<ReadonlySet<string>>;
}

const MAX_VALUE_BYTES = 1024 * 1024;
const ERASURE_TIMES: ErasureTimes = { purgeAfterMillis: 10 * 60_000, rememberMillis: 30 * 86_400_000 };

/** Opens the write side of Elasticsearch; the alias and its first index are there. */
export const createElasticsearchWriter = (options: ElasticsearchWriterOptions): ElasticsearchWriter => {
  const { alias, client, maxValueBytes = MAX_VALUE_BYTES, now, pause, prices, refresh = false } = options;
  const transport = transportOf(client);
  const reading = { maxValueBytes, prices: prices ?? null };
  const merging: MergeOptions = {
    reading,
    derivation: derivationOf(prices?.version),
    generation: options.newName,
    hasTextIndex: options.hasTextIndex ?? true,
    storedByFacts: createStoredByFacts({ reading, tellFacts: options.tellFacts }),
  };
  const breaker = createCircuitBreaker(now, transport.faultOf);
  const counter = createWriteCounter();
  const sender = createBulkSender({ transport, size: createBulkSize(), breaker, counter, refresh, pause });
  const indices = createTraceIndices(transport, alias, now);
  const hot = createHotTraces(() => {
    counter.add({ forgottenPlaces: 1 });
  });
  const unreported = createUnreported();
  const erasures = openErasureIndex({ client, transport, index: options.erasuresIndex, breaker });
  const eraser = createEraser({
    client,
    alias,
    breaker,
    erasures,
    times: { ...ERASURE_TIMES, ...options.erasureTimes },
    isGoneElsewhere: options.isGoneElsewhere ?? (() => Promise.resolve(true)),
    pause,
    onErased: (id) => {
      hot.delete(id);
    },
  });

  const doubles = createDoubleTraces({ client, transport, alias, breaker, sender, indices, merging });
  const rederiving = createRederivingHeads({ client, transport, alias, breaker, sender, merging, pause });

  const writeTraces = createTraceWriting({
    transport,
    alias,
    breaker,
    sender,
    indices,
    hot,
    merging,
    erasedAmong: (ids) => erasures.erasedAmong(ids),
    pause,
  });

  const write: TraceWriter['write'] = async (fragments, onChange): Promise<WriteReport> => {
    const report = { newTraces: 0, newSpans: 0, duplicateSpans: 0, erasedFragments: 0 };
    const refused: Fault[] = [];
    const elsewhere: TraceJob[] = [];
    const told: { readonly job: TraceJob; readonly counts: JobCounts }[] = [];
    const count = ({ duplicateSpans, isNew, newSpans }: JobCounts): void => {
      report.newTraces += isNew ? 1 : 0;
      report.newSpans += newSpans;
      report.duplicateSpans += duplicateSpans;
    };

    await writeTraces(fragments, {
      erased({ arrived }) {
        report.erasedFragments += arrived.length;
      },
      stored(job, counts, isElsewhere) {
        if (isElsewhere) elsewhere.push(job);
        unreported.take(job.id, job.arrived);
        count(counts);
        told.push({ job, counts });
        const { project, traceKey } = job;
        onChange?.({ project, traceKey, isNew: counts.isNew } satisfies TraceChange);
      },
      unchanged({ arrived, id }, counts) {
        count(unreported.take(id, arrived) ?? counts);
      },
      refused(_, fault) {
        refused.push(fault);
      },
      failed({ arrived, id }, counts) {
        unreported.add(id, arrived, counts);
      },
    });
    try {
      await doubles.join(elsewhere);
      const [first] = refused;
      if (first !== undefined) throw new RefusedByElasticsearch(first);
    } catch (error) {
      for (const { counts, job } of told) unreported.add(job.id, job.arrived, counts);
      throw error;
    }
    return report;
  };

  return {
    ...rederiving,
    write,
    check: () => {
      breaker.check();
    },
    // What a bulk request has answered is in the translog of every copy.
    sync: () => Promise.resolve(),
    erase: (request) => eraser.erase(request),
    erasure: (id) => erasures.get(id),
    maintain: async (nowMillis) => (await eraser.step(nowMillis)) || doubles.step(nowMillis),
    backup: () => Promise.reject(new Error('what Elasticsearch holds is backed up by its own snapshots')),
    fault: () => breaker.fault(),
    counts: () => counter.counts(),
    erasures: () => erasures.state(),
    erasedAmong: (ids) => erasures.erasedAmong(ids),
    close: () => Promise.resolve(),
  };
};
