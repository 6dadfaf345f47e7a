import type { SpanKind, SpanStatus, SpanType } from '../document/index.js';

/** Tokens are inclusive totals. */
export interface OutlineTokens {
  readonly input: number;
  readonly output: number;
  readonly total: number;
}

/** One agent gave its task to another. */
export interface Handoff {
  /** Null: the agent that the span runs in. */
  readonly from: string | null;
  readonly to: string;
}

/** A span as a tree of spans shows it: without its attributes, events, links and messages. */
export interface OutlineSpan {
  readonly span_id: string;
  readonly parent_span_id: string | null;
  /** 0: a root, or a span whose parent has not come. */
  readonly depth: number;
  /** Spans right below it. */
  readonly child_count: number;
  readonly name: string;
  readonly type: SpanType;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly has_error: boolean;
  readonly start_time: string;
  readonly start_unix_nano: string;
  readonly duration_ms: number | null;
  readonly service: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  /** The agent, tool, workflow or data source that it is a run of, by name. */
  readonly entity: string | null;
  /** Null: it tells none. */
  readonly tokens: OutlineTokens | null;
  /** Whether its tokens are of those that the trace sums up: one call is counted once. */
  readonly usage_counts: boolean;
  /** USD, as sent or by the price book; null: not known, or told by a span above. */
  readonly cost: number | null;
  readonly cost_counts: boolean;
  readonly handoff?: Handoff;
}

/** All spans of a trace. Rows are made as they are asked for: a page of them costs as much as it holds. */
export interface TraceOutline {
  /** As first sent. */
  readonly traceId: string;
  readonly size: number;
  /** In tree order: depth first, brothers by their start. As `slice` has it. */
  rows(from?: number, to?: number): OutlineSpan[];
  /** Span ids in the order of `rows`. */
  idsInTree(from?: number, to?: number): string[];
  /** Span ids in the order of the document: by start, then by id. As `slice` has it. */
  idsByStart(from?: number, to?: number): string[];
  /** Null: there is no such span. */
  rowOf(spanId: string): OutlineSpan | null;
}
