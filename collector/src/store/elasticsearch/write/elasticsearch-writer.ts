import type { Client } from '@elastic/elasticsearch';
import type { Prices } from 'noveum-proto';

import { derivationOf } from '../../derivation-of.js';
import type { TraceChange, TraceWriter, WriteReport } from '../../trace-store.js';
import type { Fault } from '../client/index.js';
import { type BulkItem, createBulkSender } from './bulk.js';
import { createBulkSize } from './bulk-size.js';
import { createCircuitBreaker } from './circuit-breaker.js';
import { createEraser } from './eraser.js';
import { type ErasureIndexState, type ErasureTimes, openErasureIndex } from './erasure-index.js';
import { type HeldTrace, readHeld, type Wanted } from './held-traces.js';
import { createHotTraces } from './hot-traces.js';
import { type MergedJob, mergeJob, type MergeOptions } from './merge-job.js';
import { createDoubleTraces } from './join-doubles.js';
import { createRederivingHeads, type RederivingHeads } from './rederive-heads.js';
import { ElasticsearchFault, RefusedByElasticsearch } from './store-fault.js';
import { createTraceIndices, indicesFor, type TraceIndex } from './trace-indices.js';
import { sendLongTrace } from './send-long-trace.js';
import { staleOf } from './stale-documents.js';
import { jobsOf, type TraceJob } from './trace-job.js';
import { createWriteCounter, type WriteCounts } from './write-counts.js';
import { createUnreported, type JobCounts } from './unreported.js';

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
  readonly tellFacts: MergeOptions['tellFacts'];
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
const ROUNDS = 20;
const FIRST_PAUSE_MILLIS = 10;
const LONGEST_PAUSE_MILLIS = 500;
const ERASURE_TIMES: ErasureTimes = { purgeAfterMillis: 10 * 60_000, rememberMillis: 30 * 86_400_000 };

/** A job on its way. */
interface OpenJob {
  readonly job: TraceJob;
  /** Another has changed the trace since: it has to be read. */
  mustRead: boolean;
  held: readonly HeldTrace[];
  merged: MergedJob | null;
  state: 'open' | 'sent' | 'done';
}

interface HeadItem extends BulkItem {
  readonly open: OpenJob;
  readonly target: string;
}

const NO_ALIAS: Fault = {
  kind: 'not-found',
  status: 404,
  type: 'alias_not_found',
  field: null,
  retryAfterSeconds: null,
};

const CONTENDED: Fault = {
  kind: 'conflict',
  status: 409,
  type: 'version_conflict_engine_exception',
  field: null,
  retryAfterSeconds: null,
};

const earliestMillis = ({ arrived }: TraceJob): number =>
  Math.min(
    ...arrived.map(({ facts, receivedAtMillis }) =>
      facts === null ? receivedAtMillis : Math.min(receivedAtMillis, Number(facts.startUnixNano / 1_000_000n)),
    ),
  );

/** Opens the write side of Elasticsearch; the alias and its first index are there. */
export const createElasticsearchWriter = (options: ElasticsearchWriterOptions): ElasticsearchWriter => {
  const { alias, client, maxValueBytes = MAX_VALUE_BYTES, now, pause, prices, refresh = false } = options;
  const merging: MergeOptions = {
    reading: { maxValueBytes, prices: prices ?? null },
    derivation: derivationOf(prices?.version),
    generation: options.newName,
    hasTextIndex: options.hasTextIndex ?? true,
    tellFacts: options.tellFacts,
  };
  const breaker = createCircuitBreaker(now);
  const counter = createWriteCounter();
  const sender = createBulkSender({ client, size: createBulkSize(), breaker, counter, refresh, pause });
  const indices = createTraceIndices(client, alias, now);
  const hot = createHotTraces(() => {
    counter.add({ forgottenPlaces: 1 });
  });
  const unreported = createUnreported();
  const erasures = openErasureIndex({ client, index: options.erasuresIndex, breaker });
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

  const doubles = createDoubleTraces({ client, alias, breaker, sender, indices, merging });
  const rederiving = createRederivingHeads({ client, alias, breaker, sender, merging, pause });

  const allIndices = async (): Promise<readonly TraceIndex[]> => {
    const all = await breaker.run(() => indices.all());
    if (all.length === 0) throw new ElasticsearchFault(NO_ALIAS);
    return all;
  };

  /** Where the trace has to be looked for; nowhere: `create` tells whether the only index that may have it has. */
  const wantedOf = ({ job, mustRead }: OpenJob, all: readonly TraceIndex[]): Wanted => {
    const hasRoot = job.arrived.some(({ facts }) => facts?.root !== null);
    const candidates = indicesFor(all, earliestMillis(job), hasRoot);
    const known = hot.get(job.id);
    const { id, project } = job;
    if (mustRead) return { id, project, indices: candidates };
    if (known !== undefined) return { id, project, indices: [known] };
    return { id, project, indices: candidates.length > 1 ? candidates : [] };
  };

  const read = async (open: readonly OpenJob[], all: readonly TraceIndex[]): Promise<void> => {
    const wanted = open.map((each) => wantedOf(each, all)).filter(({ indices: names }) => names.length > 0);
    const held = wanted.length === 0 ? null : await breaker.run(() => readHeld(client, wanted));
    for (const each of open) each.held = held?.get(each.job.id) ?? [];
  };

  const headItem = (open: OpenJob, merged: MergedJob, all: readonly TraceIndex[]): HeadItem | null => {
    const { record } = merged;
    if (record === null) return null;
    const [place] = open.held;
    const source = record.head;
    if (place !== undefined) {
      const { id, index, primaryTerm, seqNo } = place;
      const action = { index: { _index: index, _id: id, if_seq_no: seqNo, if_primary_term: primaryTerm } };
      return { open, source, action, target: index };
    }
    // A long trace's parts and head lie in one index, whatever is rolled over in between.
    const written = all.at(-1)?.name ?? alias;
    const action =
      record.parts.length > 0
        ? { create: { _index: written, _id: record.id } }
        : { create: { _index: alias, _id: record.id, require_alias: true } };
    return { open, source, action, target: written };
  };

  const write: TraceWriter['write'] = async (fragments, onChange): Promise<WriteReport> => {
    const report = { newTraces: 0, newSpans: 0, duplicateSpans: 0, erasedFragments: 0 };
    const tell = ({ project, traceKey }: TraceJob, isNew: boolean): void => {
      onChange?.({ project, traceKey, isNew } satisfies TraceChange);
    };
    const count = ({ duplicateSpans, isNew, newSpans }: JobCounts): void => {
      report.newTraces += isNew ? 1 : 0;
      report.newSpans += newSpans;
      report.duplicateSpans += duplicateSpans;
    };
    const countsOf = ({ held, merged }: OpenJob): JobCounts => ({
      isNew: held.length === 0,
      newSpans: merged?.newSpans ?? 0,
      duplicateSpans: merged?.duplicateSpans ?? 0,
    });

    if (fragments.length === 0) return report;
    breaker.check();
    const open = jobsOf(fragments).map((job): OpenJob => ({
      job,
      mustRead: false,
      held: [],
      merged: null,
      state: 'open',
    }));
    const left = new Set(open);
    const refused: Fault[] = [];
    const moved: TraceJob[] = [];

    const dropErased = async (): Promise<void> => {
      const erased = await erasures.erasedAmong([...left].map(({ job }) => job.id));
      if (erased.size === 0) return;
      for (const each of left) {
        if (!erased.has(each.job.id)) continue;
        left.delete(each);
        report.erasedFragments += each.job.arrived.length;
      }
    };

    const settle = (each: OpenJob, index: string): void => {
      left.delete(each);
      each.state = 'done';
      hot.set(each.job.id, index);
      // It was rolled over since it was looked at: another may have written the trace to the one before.
      if (indices.note(index)) moved.push(each.job);
      unreported.take(each.job.id, each.job.arrived);
      count(countsOf(each));
      tell(each.job, each.held.length === 0);
    };

    const settleUnchanged = (each: OpenJob): void => {
      left.delete(each);
      const [place] = each.held;
      if (place !== undefined) hot.set(each.job.id, place.index);
      count(unreported.take(each.job.id, each.job.arrived) ?? countsOf(each));
    };

    const sendRound = async (all: readonly TraceIndex[]): Promise<void> => {
      const long: HeadItem[] = [];
      const stale: BulkItem[] = [];
      const onHead = ({ open: each }: HeadItem, outcome: Parameters<Parameters<typeof sender.send>[1]>[1]): void => {
        if (outcome.status === 'done') {
          settle(each, outcome.index);
          stale.push(...staleOf(each.held));
        } else if (outcome.status === 'refused') {
          left.delete(each);
          refused.push(outcome.fault);
        } else {
          each.state = 'open';
          each.mustRead = true;
        }
      };
      const heads = function* (): Generator<HeadItem> {
        for (const each of left) {
          each.merged = mergeJob(each.job, each.held, merging);
          const item = headItem(each, each.merged, all);
          if (item === null) settleUnchanged(each);
          else if ((each.merged.record?.parts.length ?? 0) > 0) long.push(item);
          else {
            each.state = 'sent';
            yield item;
          }
        }
      };
      await sender.send(heads(), onHead);
      for (const item of long) {
        item.open.state = 'sent';
        const parts = item.open.merged?.record?.parts ?? [];
        onHead(item, await sendLongTrace(sender, item.target, parts, item));
      }
      await sender.send(stale, () => undefined);
    };

    try {
      for (let round = 1; left.size > 0; round++) {
        if (round > ROUNDS) throw new ElasticsearchFault(CONTENDED);
        if (round > 2) await pause(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** round * Math.random()));
        await dropErased();
        const all = await allIndices();
        await read([...left], all);
        await sendRound(all);
      }
      await doubles.join(moved);
      const [first] = refused;
      if (first !== undefined) throw new RefusedByElasticsearch(first);
      return report;
    } catch (error) {
      for (const each of open) if (each.state !== 'open') unreported.add(each.job.id, each.job.arrived, countsOf(each));
      throw error;
    }
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
