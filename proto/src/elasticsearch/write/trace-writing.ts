import type { ElasticsearchTransport, Fault } from '../client/index.js';
import type { ArrivedFragment } from './arrived-fragment.js';
import type { BulkItem, BulkOutcome, BulkSender } from './bulk.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { type HeldTrace, readHeld, type Wanted } from './held-traces.js';
import type { HotTraces } from './hot-traces.js';
import { type MergedJob, mergeJob, type MergeOptions } from './merge-job.js';
import { sendLongTrace } from './send-long-trace.js';
import { staleOf } from './stale-documents.js';
import { ElasticsearchFault } from './store-fault.js';
import { indicesFor, type TraceIndex, type TraceIndices } from './trace-indices.js';
import { jobsOf, type TraceJob } from './trace-job.js';

export interface TraceWritingOptions {
  readonly transport: ElasticsearchTransport;
  /** Under which the indices of traces are: `noveum-traces`. */
  readonly alias: string;
  readonly breaker: CircuitBreaker;
  readonly sender: BulkSender;
  readonly indices: TraceIndices;
  readonly hot: HotTraces;
  readonly merging: MergeOptions;
  /** Of these heads those that may not come back. */
  readonly erasedAmong: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly pause: (millis: number) => Promise<void>;
}

/** What a job brought. */
export interface JobCounts {
  readonly isNew: boolean;
  readonly newSpans: number;
  readonly duplicateSpans: number;
}

/** Told once of each trace that is written, unless the writing fails before. */
export interface WritingSink {
  /** Was erased, and is left out. */
  erased(job: TraceJob): void;
  /** `isElsewhere`: in an index that was not there before, and so perhaps in the one before too. */
  stored(job: TraceJob, counts: JobCounts, isElsewhere: boolean): void;
  /** Nothing of it is new. */
  unchanged(job: TraceJob, counts: JobCounts): void;
  /** Will never be taken as it is. */
  refused(job: TraceJob, fault: Fault): void;
  /** The writing failed, and nobody knows whether this was stored; or it is known, and was told. */
  failed(job: TraceJob, counts: JobCounts): void;
}

/**
 * Joins what came of traces to what the cluster holds of them. Rejects with ElasticsearchFault where some could not be
 * written: each may be stored or not, and may be written again with the same fragments.
 */
export type WriteTraces = (fragments: readonly ArrivedFragment[], sink: WritingSink) => Promise<void>;

const ROUNDS = 20;
const FIRST_PAUSE_MILLIS = 10;
const LONGEST_PAUSE_MILLIS = 500;

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

const countsOf = ({ held, merged }: OpenJob): JobCounts => ({
  isNew: held.length === 0,
  newSpans: merged?.newSpans ?? 0,
  duplicateSpans: merged?.duplicateSpans ?? 0,
});

export const createTraceWriting = (options: TraceWritingOptions): WriteTraces => {
  const { alias, breaker, erasedAmong, hot, indices, merging, pause, sender, transport } = options;

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
    const held = wanted.length === 0 ? null : await breaker.run(() => readHeld(transport, wanted));
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

  /** Sends all that is left once; what has to be read again stays. */
  const sendRound = async (left: Set<OpenJob>, all: readonly TraceIndex[], sink: WritingSink): Promise<void> => {
    const long: HeadItem[] = [];
    const stale: BulkItem[] = [];
    const onHead = ({ open: each }: HeadItem, outcome: BulkOutcome): void => {
      if (outcome.status === 'done') {
        left.delete(each);
        each.state = 'done';
        hot.set(each.job.id, outcome.index);
        // It was rolled over since it was looked at: another may have written the trace to the one before.
        sink.stored(each.job, countsOf(each), indices.note(outcome.index));
        stale.push(...staleOf(each.held));
      } else if (outcome.status === 'refused') {
        left.delete(each);
        sink.refused(each.job, outcome.fault);
      } else {
        each.state = 'open';
        each.mustRead = true;
      }
    };
    const heads = function* (): Generator<HeadItem> {
      for (const each of left) {
        each.merged = mergeJob(each.job, each.held, merging);
        const item = headItem(each, each.merged, all);
        if (item === null) {
          left.delete(each);
          const [place] = each.held;
          if (place !== undefined) hot.set(each.job.id, place.index);
          sink.unchanged(each.job, countsOf(each));
        } else if ((each.merged.record?.parts.length ?? 0) > 0) long.push(item);
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

  const dropErased = async (left: Set<OpenJob>, sink: WritingSink): Promise<void> => {
    const erased = await erasedAmong([...left].map(({ job }) => job.id));
    for (const each of erased.size === 0 ? [] : left) {
      if (!erased.has(each.job.id)) continue;
      left.delete(each);
      sink.erased(each.job);
    }
  };

  return async (fragments, sink) => {
    if (fragments.length === 0) return;
    breaker.check();
    const open = jobsOf(fragments).map((job): OpenJob => ({
      job,
      mustRead: false,
      held: [],
      merged: null,
      state: 'open',
    }));
    const left = new Set(open);
    try {
      for (let round = 1; left.size > 0; round++) {
        if (round > ROUNDS) throw new ElasticsearchFault(CONTENDED);
        if (round > 2) await pause(Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** round * Math.random()));
        await dropErased(left, sink);
        const all = await allIndices();
        await read([...left], all);
        await sendRound(left, all, sink);
      }
    } catch (error) {
      for (const each of open) if (each.state !== 'open') sink.failed(each.job, countsOf(each));
      throw error;
    }
  };
};
