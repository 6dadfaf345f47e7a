import type { SpanType } from '../document/index.js';
import type { OutlineSpan, OutlineTokens } from './outline-span.js';

/** What calls came to, each counted once. */
export interface Spent {
  /** USD. */
  readonly cost: number;
  readonly tokens: OutlineTokens;
  /** Calls whose tokens or costs these are. */
  readonly calls: number;
}

const CALLS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank']);

/** A call that another span tells too, and whose tokens count there. */
export const isRepeated = (span: OutlineSpan): boolean =>
  CALLS.has(span.type) && span.tokens !== null && !span.usage_counts;

const NO_TOKENS: OutlineTokens = { input: 0, output: 0, total: 0 };

const sumOf = (a: OutlineTokens, b: OutlineTokens): OutlineTokens => ({
  input: a.input + b.input,
  output: a.output + b.output,
  total: a.total + b.total,
});

/** Sums of floating-point numbers, without what adding them leaves behind the twelfth place. */
const USD_PLACES = 12;
export const usd = (amount: number): number => Number(amount.toFixed(USD_PLACES));

/** What of a span counts; null: nothing. */
export const spentOn = (span: OutlineSpan): Spent | null =>
  span.usage_counts || span.cost_counts
    ? {
        cost: span.cost_counts ? (span.cost ?? 0) : 0,
        tokens: span.usage_counts ? (span.tokens ?? NO_TOKENS) : NO_TOKENS,
        calls: 1,
      }
    : null;

export const sumSpent = (a: Spent, b: Spent): Spent => ({
  cost: a.cost + b.cost,
  tokens: sumOf(a.tokens, b.tokens),
  calls: a.calls + b.calls,
});

/** The agent, or tool, by which a span goes. */
export const agentNameOf = (span: OutlineSpan): string => span.entity ?? span.name;
