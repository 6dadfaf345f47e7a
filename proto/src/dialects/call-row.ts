import type { SpanType } from '../document/index.js';

/** As much of a span as it takes to tell who repeats whom. All spans of a trace, GenAI or not. */
export interface CallRow {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly type: SpanType;
  readonly scopeName: string;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  readonly model: string | null;
  readonly responseId: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly totalTokens: number | null;
  /** As sent. */
  readonly costUsd: number | null;
  /** What the book says where no cost was sent; null: nothing. */
  readonly priceUsd: number | null;
}

/** A span of an unknown kind that tells usage made the call. */
export const CALLS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank', 'span']);

export const sameKind = (a: CallRow, b: CallRow): boolean =>
  a.type === b.type || a.type === 'span' || b.type === 'span';

export type Has = (row: CallRow) => boolean;

export const hasUsage: Has = (row) => row.totalTokens !== null && row.totalTokens > 0;

export const hasCost: Has = (row) => row.costUsd !== null;
