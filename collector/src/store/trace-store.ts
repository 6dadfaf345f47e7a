import type {
  CallRow,
  Fragment,
  Highlight,
  Json,
  SpanDocument,
  SpanFacts as GenAiSpanFacts,
  SpanType,
  TraceDocument,
  TraceOutline,
  TraceSummary,
} from 'noveum-proto';

import type { TextFieldName } from './text-index.js';
import type { FacetQuery, Facets } from './facet-query.js';
import type { GroupPage, GroupQuery } from './group-query.js';
import type { TraceFilter } from './trace-filter.js';

export type { NumericField, NumericOperator, TextAsked, TextField, TraceFilter } from './trace-filter.js';

/**
 * The seam between what the collector received and where it is kept. Two halves, because they live
 * in different threads: one writer for a store, any number of readers.
 */
export interface TraceFragment extends Fragment {
  /** Identity inside the project: see `traceKey` of noveum-proto. */
  readonly traceKey: string;
  /** What the OTLP visitor saw on its way, so that a store need not read the payload again; null: read it. */
  readonly facts: SpanFacts | null;
}

/** The sums over an `otlp-spans` fragment. Spans of one fragment have distinct ids and at most one is a root. */
export interface SpanFacts {
  /** Eight bytes a span. */
  readonly spanIds: Uint8Array;
  readonly startUnixNano: bigint;
  /** The latest end of a finished span; 0: none has ended. */
  readonly endUnixNano: bigint;
  readonly unfinishedSpans: number;
  readonly errorCount: number;
  readonly services: readonly string[];
  readonly errorTypes: readonly string[];
  readonly tags: readonly string[];
  readonly root: RootFacts | null;
  /** Each from the root, else from the earliest span that has it (ties: the lesser span id). */
  readonly name: RankedText | null;
  readonly userId: RankedText | null;
  readonly sessionId: RankedText | null;
  readonly environment: RankedText | null;
  /** See `sdkTextOf`: of the root, else the least of the others'. */
  readonly sdk: RankedText | null;
  /** How many traces this one stands for, of the span that names it, chosen in the same way. */
  readonly weight: RankedWeight | null;
  /** In the application's own words, each name of the span that ranks first. */
  readonly custom: readonly RankedAttribute[];
  readonly genAi: GenAiFacts;
}

/** What the dialects tell of a fragment's spans. */
export interface GenAiFacts {
  /** False where no span has a GenAI meaning. */
  readonly isSaid: boolean;
  readonly models: readonly string[];
  readonly providers: readonly string[];
  readonly spanTypes: readonly SpanType[];
  /** Every span, so that each call's usage can be counted once over the whole trace. */
  readonly rows: readonly CallRow[];
  /** Of each span in the order of the payload; null: it has no GenAI meaning. */
  readonly told: readonly (GenAiSpanFacts | null)[];
}

export interface RootFacts {
  readonly ended: boolean;
  readonly failed: boolean;
  readonly errorType: string | null;
  readonly statusMessage: string | null;
}

export interface RankedText {
  readonly text: string;
  /** The root's is `0`; any other `1`, start as 16 hex digits, span id as 16. The lesser wins. */
  readonly rank: string;
}

export interface RankedWeight {
  readonly weight: number;
  /** As that of `RankedText`. */
  readonly rank: string;
}

export interface RankedAttribute {
  readonly name: string;
  /** A text, number or boolean. */
  readonly value: Json;
  /** As that of `RankedText`. */
  readonly rank: string;
}

/** Where a trace is found again. */
export interface TracePlace {
  readonly project: string;
  readonly traceKey: string;
}

export interface WriteReport {
  readonly newTraces: number;
  readonly newSpans: number;
  readonly duplicateSpans: number;
  /** Of traces that were erased: left out. */
  readonly erasedFragments: number;
}

/** What is to be erased: all that is given must hold. */
export interface ErasureTarget {
  /** null: every project. */
  readonly project: string | null;
  readonly traceKey?: string;
  /** As lists show them. */
  readonly userId?: string;
  readonly sessionId?: string;
  /** Of the trace's start, from the first up to, not including, the second. */
  readonly startUnixNano?: bigint;
  readonly endUnixNano?: bigint;
}

export interface ErasureRequest {
  /** A UUID. */
  readonly id: string;
  readonly requestedAtMillis: number;
  readonly target: ErasureTarget;
}

/** What is told of an erasure, which is nothing of what was erased. */
export interface Erasure {
  readonly id: string;
  /** Of its target. */
  readonly project: string | null;
  readonly requestedAtMillis: number;
  readonly traces: number;
  /** When no file held the erased any more; null: some still may. */
  readonly purgedAtMillis: number | null;
}

/** A trace that a `write` has made or changed. */
export interface TraceChange extends TracePlace {
  readonly isNew: boolean;
}

export interface TraceWriter {
  /**
   * Takes fragments in any order, any number of times: a fragment already held changes nothing.
   * Readable by every reader once the promise resolves; durable only after `sync`. Throws on a
   * storage fault, and then nothing of this call is readable; the caller may call again.
   * `onChange` is told of each trace that is not as it was, once that is readable.
   */
  write(fragments: readonly TraceFragment[], onChange?: (change: TraceChange) => void): Promise<WriteReport>;
  /**
   * Throws what `write` would for certain throw now, whatever it were given: then nothing needs to be made ready for it.
   * Not there: nothing is known before.
   */
  check?(): void;
  /** Makes all that was written durable. */
  sync(): Promise<void>;
  /**
   * Erases what is held of the target: gone from every answer once the promise resolves, and from the files some steps
   * of upkeep later. Recorded before it begins, so that a stop in its midst is no hindrance: upkeep then goes on with
   * it. Until its record expires no fragment of an erased trace is taken. Null where a `traceKey` finds nothing; what
   * was erased already is told as it was.
   */
  erase(request: ErasureRequest): Promise<Erasure | null>;
  /** Null: there is none, or its record has expired. */
  erasure(id: string): Promise<Erasure | null>;
  /** One bounded step of upkeep (retention, compaction, purging); resolves to true while more is to do. */
  maintain(nowMillis: number): Promise<boolean>;
  /** Copies a consistent state into an empty directory while writes go on between calls. */
  backup(directory: string, onProgress: (done: number, total: number) => void): Promise<void>;
  close(): Promise<void>;
}

/** What `find` throws where `cursor` is none that a store gave, or belongs to another sort: the client's fault. */
export class UnusableCursor extends Error {
  override readonly name = 'UnusableCursor';
}

/** What `get` throws where a trace holds more than a reader takes into memory. */
export class TraceTooLarge extends Error {
  override readonly name = 'TraceTooLarge';
}

export type SortField = 'start_time' | 'duration_ms' | 'total_cost' | 'total_tokens' | 'span_count';
/** A piece of a text in which something was found. */
export interface ShownMatch {
  readonly field: TextFieldName;
  /** null: the trace's own. */
  readonly span_id: string | null;
  readonly snippet: string;
  /** Where in the text the snippet begins: add it for places in the text. */
  readonly snippet_start: number;
  /** UTF-16 code units of the snippet. */
  readonly highlights: readonly Highlight[];
}

/** `matches`: where texts were asked for; a few of them. */
export type FoundTrace = TraceSummary & { readonly matches?: readonly ShownMatch[] };

export interface TraceQuery {
  readonly filter: TraceFilter;
  /** A trace that has no such value (unfinished, unpriced) counts as the lowest: first in `asc`, last in `desc`. */
  readonly sort: { readonly field: SortField; readonly direction: 'asc' | 'desc' };
  /** 1–1000. */
  readonly limit: number;
  /** `offset + limit` ≤ 10,000; ignored where a cursor is given. */
  readonly offset: number;
  readonly cursor?: string;
  readonly count: 'bounded' | 'exact';
}

export interface TracePage {
  readonly traces: readonly FoundTrace[];
  readonly total: number;
  /** `gte` where counting stopped: at 10,000, or where texts are asked for at what a search may take. */
  readonly totalRelation: 'eq' | 'gte';
  /**
   * Opaque; null at the end. Ties in the sort field are ordered by trace_key. Where texts are asked for a page may hold
   * fewer than `limit`, and more may still come.
   */
  readonly nextCursor: string | null;
}

export interface FittingTrace {
  readonly summary: TraceSummary;
  /** Indices of the filters that it fits, at least one. */
  readonly fits: readonly number[];
}

export interface ProjectUsage {
  readonly project: string;
  /** UTC day of ingestion, YYYY-MM-DD. */
  readonly day: string;
  readonly traces: number;
  readonly spans: number;
  /** Bytes of payload as received. */
  readonly bytes: number;
}

/** `sent`: what was derived may be left out, where only what was sent is wanted. Default: `all`. */
export type DocumentNeed = 'all' | 'sent';

export interface TraceReader {
  /** Throws UnusableCursor. */
  find(query: TraceQuery): Promise<TracePage>;
  /** The whole document, or null. `project` null looks through every project and takes the newest. Throws TraceTooLarge. */
  get(project: string | null, traceKey: string, need?: DocumentNeed): Promise<TraceDocument | null>;
  /** Whole traces that `get` will be asked for, in this order: a store that is far away may read some of them ahead. */
  expect?(places: readonly TracePlace[]): void;
  /** As `get`, but each span without what makes it heavy. Takes more spans than `get`. Throws TraceTooLarge. */
  outline(project: string | null, traceKey: string): Promise<TraceOutline | null>;
  /** As `get`, but only these spans, in the document's order; those that it doesn't have are left out. Throws TraceTooLarge. */
  spans(project: string | null, traceKey: string, spanIds: readonly string[]): Promise<readonly SpanDocument[] | null>;
  /** Of these traces those that fit any of the filters, which are named by their places in the list; the rest is left out. */
  summaries(places: readonly TracePlace[], filters: readonly TraceFilter[]): Promise<readonly FittingTrace[]>;
  /** The values that traces have, with how many have each. */
  facets(query: FacetQuery): Promise<Facets>;
  /** Sessions or users. Throws UnusableCursor and TooManyGroups. */
  groups(query: GroupQuery): Promise<GroupPage>;
  usage(project: string | null): Promise<readonly ProjectUsage[]>;
  close(): Promise<void>;
}
