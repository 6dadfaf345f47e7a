import type { SpanType } from '../document/index.js';
import { criticalPathOf } from './critical-path.js';
import type { OutlineSpan, OutlineTokens } from './outline-span.js';
import { agentNameOf, isRepeated, type Spent, spentOn, sumSpent, usd } from './spent.js';

export type SpentByName = Readonly<Record<string, Spent>>;

export interface CostBreakdown {
  readonly total_cost: number;
  /** Calls that used tokens and have no cost, nor any above them. */
  readonly unpriced_calls: number;
  readonly by_provider: SpentByName;
  readonly by_model: SpentByName;
  /** By the nearest agent at or above a call. */
  readonly by_agent: SpentByName;
}

export interface TraceAnalytics {
  /** Null: nothing has ended. */
  readonly total_duration_ms: number | null;
  /** How many spans of each type; of calls that two spans tell, one. */
  readonly span_breakdown: Readonly<Record<string, number>>;
  readonly tokens: OutlineTokens;
  /** Beside its members a `<provider>_cost` for each provider. */
  readonly cost_breakdown: CostBreakdown & Readonly<Record<string, unknown>>;
  /** Where the time went, along the critical path. */
  readonly latency: {
    /** Milliseconds by type of span, and `idle`: when no span was at work. */
    readonly by_type: Readonly<Record<string, number>>;
    /** The spans that took most of it, the longest first; at most 100. */
    readonly critical_path: readonly {
      readonly span_id: string;
      readonly name: string;
      readonly type: SpanType;
      readonly ms: number;
    }[];
  };
}

/** The name of what has none. */
const UNKNOWN = 'unknown';

const COUNT_NAME: Readonly<Record<SpanType, string>> = {
  llm: 'llm_calls',
  tool: 'tool_calls',
  agent: 'agent_decisions',
  retrieval: 'retrievals',
  embedding: 'embeddings',
  rerank: 'reranks',
  chain: 'chains',
  guardrail: 'guardrails',
  evaluator: 'evaluators',
  workflow: 'workflows',
  span: 'spans',
};

const NOTHING: Spent = { cost: 0, tokens: { input: 0, output: 0, total: 0 }, calls: 0 };

const MILLI_PLACES = 3;
const millis = (amount: number): number => Number(amount.toFixed(MILLI_PLACES));

const createSums = () => {
  const sums = new Map<string, Spent>();
  return {
    add(name: string | null, spent: Spent): void {
      const key = name ?? UNKNOWN;
      sums.set(key, sumSpent(sums.get(key) ?? NOTHING, spent));
    },
    /** The costliest first. */
    byName: (): SpentByName =>
      Object.fromEntries(
        [...sums]
          .sort(([, a], [, b]) => b.cost - a.cost || b.tokens.total - a.tokens.total || b.calls - a.calls)
          .map(([name, spent]) => [name, { ...spent, cost: usd(spent.cost) }]),
      ),
  };
};

const countTypes = (outline: readonly OutlineSpan[]): Record<string, number> => {
  const counts = Object.fromEntries(Object.values(COUNT_NAME).map((name) => [name, 0]));
  for (const span of outline) {
    if (isRepeated(span)) continue;
    const name = COUNT_NAME[span.type];
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

const costsOf = (
  outline: readonly OutlineSpan[],
): { tokens: OutlineTokens; costs: TraceAnalytics['cost_breakdown'] } => {
  const [providers, models, agents] = [createSums(), createSums(), createSums()];
  let all = NOTHING;
  let unpricedCalls = 0;
  // By depth: the agent at or above, and whether a cost that counts was told there.
  const agentAt: (string | null)[] = [];
  const isPricedAt: boolean[] = [];
  for (const span of outline) {
    const { depth } = span;
    const isPricedAbove = depth > 0 && isPricedAt[depth - 1] === true;
    const agent = span.type === 'agent' ? agentNameOf(span) : depth === 0 ? null : (agentAt[depth - 1] ?? null);
    agentAt[depth] = agent;
    isPricedAt[depth] = isPricedAbove || span.cost_counts;
    const spent = spentOn(span);
    if (spent === null) continue;
    all = sumSpent(all, spent);
    providers.add(span.provider, spent);
    models.add(span.model, spent);
    agents.add(agent, spent);
    if (span.usage_counts && !span.cost_counts && span.cost === null && !isPricedAbove) unpricedCalls++;
  }
  const byProvider = providers.byName();
  const named = Object.entries(byProvider)
    .filter(([name, { cost }]) => name !== UNKNOWN && cost > 0)
    .map(([name, { cost }]) => [`${name}_cost`, cost] as const);
  return {
    tokens: all.tokens,
    costs: {
      ...Object.fromEntries(named),
      total_cost: usd(all.cost),
      unpriced_calls: unpricedCalls,
      by_provider: byProvider,
      by_model: models.byName(),
      by_agent: agents.byName(),
    },
  };
};

const MOST_PARTS = 100;

const latencyOf = (outline: readonly OutlineSpan[]): TraceAnalytics['latency'] => {
  const { idleMillis, parts } = criticalPathOf(outline);
  const byType: Record<string, number> = {};
  for (const { millis: own, span } of parts) byType[span.type] = (byType[span.type] ?? 0) + own;
  if (idleMillis > 0) byType.idle = idleMillis;
  const longest = parts.toSorted((a, b) => b.millis - a.millis).slice(0, MOST_PARTS);
  return {
    by_type: Object.fromEntries(Object.entries(byType).map(([type, sum]) => [type, millis(sum)])),
    critical_path: longest.map(({ millis: own, span }) => ({
      span_id: span.span_id,
      name: span.name,
      type: span.type,
      ms: millis(own),
    })),
  };
};

/** What a trace came to: counts, tokens and costs, each call once, and where its time went. `outline`: in tree order. */
export const analyticsOf = (outline: readonly OutlineSpan[], totalDurationMillis: number | null): TraceAnalytics => {
  const { costs, tokens } = costsOf(outline);
  return {
    total_duration_ms: totalDurationMillis,
    span_breakdown: countTypes(outline),
    tokens,
    cost_breakdown: costs,
    latency: latencyOf(outline),
  };
};
