import type { Highlight, TextQuery } from 'noveum-proto';

/**
 * The seam between texts and how they are found. An index only proposes: it gives candidates, and whoever
 * searches looks into their texts. One writer for an index, any number of readers in other threads.
 */
export type TextFieldName = 'prompt' | 'response' | 'name' | 'tool' | 'error';

/** One text of a trace, as small as it comes: a message, not a conversation, so that what repeats is known again. */
export interface TraceText {
  readonly field: TextFieldName;
  /** null: of the trace itself. */
  readonly spanId: string | null;
  readonly text: string;
}

/** A text of a trace in which something was found. */
export interface TextMatch extends TraceText {
  readonly highlights: readonly Highlight[];
}

export interface TextTrace {
  readonly project: string;
  readonly traceKey: string;
  /** Where the trace lives: days since 1970, UTC. */
  readonly day: number;
}

/** Texts that a trace gained; its earlier ones stay. */
export interface TextEntry extends TextTrace {
  /** When the trace begins as far as is known now; later entries may say earlier. */
  readonly startUnixNano: bigint;
  readonly texts: readonly Pick<TraceText, 'text'>[];
  /** Grows with each new trace of its day in the store, so that a reader can tell which of them come after. */
  readonly rank?: number;
}

export interface TextIndexWriter {
  /**
   * Takes all that came at a position of the source (any ever growing number), in order. What is at or before
   * `position()` is passed over. Readable and durable after `commit`; it commits by itself where it holds too much.
   */
  add(entries: readonly TextEntry[], position: bigint): void;
  commit(): void;
  /** Up to where the source is indexed and durable; null: nothing is. */
  position(): bigint | null;
  /** No reader opened or asked after this gives them; their terms leave the files in `maintain`. */
  remove(traces: readonly TextTrace[]): void;
  /** One bounded step of merging or purging; true while more is to do. */
  maintain(nowMillis: number): boolean;
  counts(): TextCounts;
  close(): void;
}

export interface TextCounts {
  /** Since opening, repeated ones included. */
  readonly indexedTexts: number;
  /** Since opening: traces of whose texts some are not indexed, being more than the limit. */
  readonly cutTraces: number;
  /** Not committed yet. */
  readonly pendingTraces: number;
  /** Removed traces whose terms are still in the files. */
  readonly unpurgedTraces: number;
}

export interface TextSearch {
  /** null: every project. */
  readonly project: string | null;
  readonly query: TextQuery;
  /** Traces that begin at or after it. */
  readonly startUnixNano?: bigint;
  /** Traces that begin before it. */
  readonly endUnixNano?: bigint;
  /** Only traces after this one, in the order of candidates. */
  readonly after?: TextPlace;
}

/** Where a trace stands in the order of candidates: the latest start first, then by key, then by project. */
export interface TextPlace {
  readonly startUnixNano: bigint;
  readonly traceKey: string;
  readonly project: string;
}

export type TextCandidate = TextTrace & TextPlace;

export interface TextIndexReader {
  /**
   * Traces that may answer the query: every one that does and whose texts are indexed, and others (those that hold a
   * phrase's words apart). Newest first, each once, found as they are asked for.
   */
  candidates(search: TextSearch): AsyncIterable<TextCandidate>;
  /** How many candidates there are; stops counting at `upTo`. */
  count(search: TextSearch, upTo: number): Promise<number>;
  close(): void;
}
