import { type Fragment, summaryOf, type TraceSummary } from '../../document/index.js';
import type { Prices } from '../../dialects/index.js';
import { cameOnOneDay, documentOf, sentDocumentOf, usageByDay } from '../../indexing/index.js';
import type { ArrivedFragment } from './arrived-fragment.js';
import {
  type Arrival,
  keywordOf,
  recordOf,
  type RecordOptions,
  type StoredTrace,
  toldSpan,
  type TraceRecord,
} from '../record/index.js';
import type { HeldTrace } from './held-traces.js';
import { notHeld, type TraceJob } from './trace-job.js';

/** What a job comes to, given what is held of its trace. */
export interface MergedJob {
  /** Null: nothing of it is new, or nothing of it has a place in a document. */
  readonly record: TraceRecord | null;
  /** As lists show the record; null: there is none. */
  readonly summary: TraceSummary | null;
  readonly newSpans: number;
  readonly duplicateSpans: number;
}

const SPAN_ID_BYTES = 8;

const spanIdsOf = ({ facts, ...fragment }: ArrivedFragment): readonly string[] => {
  if (facts === null) return sentDocumentOf([fragment])?.spans.map(({ span_id: id }) => keywordOf(id)) ?? [];
  const hex = Buffer.from(facts.spanIds).toString('hex');
  const count = facts.spanIds.length / SPAN_ID_BYTES;
  return Array.from({ length: count }, (_, at) => hex.slice(2 * SPAN_ID_BYTES * at, 2 * SPAN_ID_BYTES * (at + 1)));
};

const countDuplicates = (arrived: readonly ArrivedFragment[], heldIds: readonly string[]): number => {
  if (arrived.length === 1 && heldIds.length === 0) return 0;
  const held = new Set(heldIds);
  let count = 0;
  for (const fragment of arrived)
    for (const id of spanIdsOf(fragment)) {
      if (held.has(id)) count++;
      held.add(id);
    }
  return count;
};

const addArrival = (arrivals: readonly Arrival[], more: Arrival): readonly Arrival[] =>
  arrivals.some(({ day }) => day === more.day)
    ? arrivals.map((arrival) =>
        arrival.day === more.day
          ? { day: arrival.day, spans: arrival.spans + more.spans, bytes: arrival.bytes + more.bytes }
          : arrival,
      )
    : [...arrivals, more];

const arrivalsAfter = (
  before: readonly Arrival[],
  held: readonly Fragment[],
  taken: readonly ArrivedFragment[],
  spans: { readonly before: number; readonly after: number },
): readonly Arrival[] =>
  usageByDay({
    fragments: taken,
    isNewTrace: before.length === 0,
    spansBefore: spans.before,
    spansAfter: spans.after,
    spansAfterEach: cameOnOneDay(taken)
      ? null
      : taken.map((_, at) => sentDocumentOf([...held, ...taken.slice(0, at + 1)])?.span_count ?? 0),
  }).reduce((arrivals, { bytes, day, spans: ofDay }) => addArrival(arrivals, { day, spans: ofDay, bytes }), before);

/** Of what several indices hold of one trace: each fragment once. */
const unionOf = (held: readonly HeldTrace[]): readonly Fragment[] => {
  const [first, ...others] = held;
  if (first === undefined) return [];
  return others.reduce<readonly Fragment[]>(
    (fragments, other) => [
      ...fragments,
      ...notHeld(
        other.fragments.map((fragment) => ({ ...fragment, traceKey: '', facts: null })),
        fragments,
      ),
    ],
    first.fragments,
  );
};

/** Days of arrival of a trace that two indices held, from what was received: in the order in which it came. */
const arrivalsAnew = (fragments: readonly Fragment[]): readonly Arrival[] => {
  const taken = fragments
    .map((fragment) => ({ ...fragment, traceKey: '', facts: null }))
    .sort((a, b) => a.receivedAtMillis - b.receivedAtMillis);
  return arrivalsAfter([], [], taken, { before: 0, after: sentDocumentOf(fragments)?.span_count ?? 0 });
};

export interface MergeOptions extends Pick<RecordOptions, 'derivation' | 'generation' | 'hasTextIndex'> {
  readonly reading: { readonly maxValueBytes: number; readonly prices: Prices | null };
  /**
   * What `storedByDocument` tells, faster: of what is held and what came. Null, as where there is none: only the
   * document can tell.
   */
  readonly storedByFacts?: (
    traceKey: string,
    fragments: { readonly before: readonly Fragment[]; readonly taken: readonly ArrivedFragment[] },
  ) => StoredTrace | null;
}

/** Null where nothing has a place in a document. */
const storedByDocument = (fragments: readonly Fragment[], { reading }: MergeOptions): StoredTrace | null => {
  const { maxValueBytes, prices } = reading;
  const sent = sentDocumentOf(fragments, { maxValueBytes });
  if (sent === null) return null;
  const derived = documentOf(fragments, { maxValueBytes, ...(prices === null ? {} : { prices }) }) ?? sent;
  return { summary: summaryOf(derived), spans: sent.spans.map((span) => toldSpan(span, prices)), fragments };
};

/** `traceKey`: null where it isn't known. */
type MergedTrace = Pick<TraceJob, 'arrived'> & {
  readonly traceKey: string | null;
  /** The record is made though nothing of it is new. */
  readonly isAnew?: boolean;
};

/** Joins what came to what is held, however many indices hold it. Pure. */
export const mergeJob = (job: MergedTrace, held: readonly HeldTrace[], options: MergeOptions): MergedJob => {
  const isDouble = held.length > 1;
  const before = unionOf(held);
  const taken = notHeld(job.arrived, before);
  const heldIds = new Set(held.flatMap(({ spanIds }) => spanIds));
  const duplicateSpans = countDuplicates(job.arrived, [...heldIds]);
  if (taken.length === 0 && !isDouble && job.isAnew !== true)
    return { record: null, summary: null, newSpans: 0, duplicateSpans };
  const fragments = [...before, ...taken];
  const { traceKey } = job;
  const byFacts = traceKey === null ? null : (options.storedByFacts?.(traceKey, { before, taken }) ?? null);
  const stored = byFacts ?? storedByDocument(fragments, options);
  if (stored === null) return { record: null, summary: null, newSpans: 0, duplicateSpans };
  const spans = { before: heldIds.size, after: stored.summary.span_count };
  const arrivals = isDouble ? arrivalsAnew(fragments) : arrivalsAfter(held[0]?.arrivals ?? [], before, taken, spans);
  const record = recordOf(stored, { ...options, arrivals });
  return { record, summary: stored.summary, newSpans: Math.max(0, spans.after - spans.before), duplicateSpans };
};
