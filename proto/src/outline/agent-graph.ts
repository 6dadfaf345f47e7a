import type { SpanType } from '../document/index.js';
import type { OutlineSpan, OutlineTokens } from './outline-span.js';
import { agentNameOf, isRepeated, type Spent, spentOn, sumSpent, usd } from './spent.js';

/** What of a trace is more than a step of its program. */
type NodeType = Exclude<SpanType, 'chain' | 'span'>;

export interface GraphNode {
  /** `agent:planner`, `llm:openai/gpt-4o`: type and name, for models with their provider. */
  readonly id: string;
  readonly type: NodeType;
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
  /** Runs that nothing else in the graph called. */
  readonly entries: number;
  readonly total_duration_ms: number;
  readonly avg_duration_ms: number;
  /** Of an agent those of the calls below it, up to the next agent; else its own. Each call is counted once. */
  readonly tokens: OutlineTokens;
  /** USD. */
  readonly cost: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** `handoff`: one agent gave its task to another, and a span tells so. */
  readonly kind: 'call' | 'handoff';
  readonly count: number;
  /** Of those, how many failed. */
  readonly errors: number;
}

export interface AgentGraph {
  /** The most called first. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** There were more nodes or edges than a graph holds. */
  readonly truncated: boolean;
}

export const GRAPH_LIMITS = { nodes: 1_000, edges: 5_000 } as const;

const NOT_NODES: ReadonlySet<SpanType> = new Set<SpanType>(['chain', 'span']);
const UNKNOWN = 'unknown';
const MODELS: ReadonlySet<SpanType> = new Set<SpanType>(['llm', 'embedding', 'rerank']);

const isNode = (span: OutlineSpan): boolean =>
  !NOT_NODES.has(span.type) && !isRepeated(span) && (span.handoff === undefined || span.type === 'agent');

const nameOf = (span: OutlineSpan): string => (MODELS.has(span.type) ? (span.model ?? UNKNOWN) : agentNameOf(span));

const idOf = (span: OutlineSpan): string => {
  const provider = MODELS.has(span.type) && span.provider !== null ? `${span.provider}/` : '';
  return `${span.type}:${provider}${nameOf(span)}`;
};

const agentId = (name: string): string => `agent:${name}`;

interface NodeSums {
  readonly type: NodeType;
  readonly name: string;
  calls: number;
  errors: number;
  entries: number;
  durationMillis: number;
  spent: Spent;
}

interface EdgeSums {
  readonly from: string;
  readonly to: string;
  readonly kind: GraphEdge['kind'];
  count: number;
  errors: number;
}

const NOTHING: Spent = { cost: 0, tokens: { input: 0, output: 0, total: 0 }, calls: 0 };
const MILLI_PLACES = 3;
const millis = (amount: number): number => Number(amount.toFixed(MILLI_PLACES));

const shownNode = ([id, { durationMillis, spent, ...node }]: readonly [string, NodeSums]): GraphNode => ({
  id,
  type: node.type,
  name: node.name,
  calls: node.calls,
  errors: node.errors,
  entries: node.entries,
  total_duration_ms: millis(durationMillis),
  avg_duration_ms: node.calls === 0 ? 0 : millis(durationMillis / node.calls),
  tokens: spent.tokens,
  cost: usd(spent.cost),
});

const byCount = (a: { readonly count: number }, b: { readonly count: number }): number => b.count - a.count;

/** Gathers the graph of any number of traces, which it needn't hold. */
export interface GraphBuilder {
  /** `outline`: of one trace, in tree order. */
  add(outline: readonly OutlineSpan[]): void;
  /** What another one has shown. */
  join(graph: AgentGraph): void;
  graph(): AgentGraph;
}

export const createGraphBuilder = (
  limits: { readonly nodes: number; readonly edges: number } = GRAPH_LIMITS,
): GraphBuilder => {
  const nodes = new Map<string, NodeSums>();
  const edges = new Map<string, EdgeSums>();
  let isTruncated = false;

  const nodeFor = (id: string, type: NodeType, name: string): NodeSums | null => {
    const held = nodes.get(id);
    if (held !== undefined) return held;
    if (nodes.size >= limits.nodes) {
      isTruncated = true;
      return null;
    }
    const made = { type, name, calls: 0, errors: 0, entries: 0, durationMillis: 0, spent: NOTHING };
    nodes.set(id, made);
    return made;
  };

  const addEdge = ({ count, errors, from, kind, to }: GraphEdge): void => {
    const place = JSON.stringify([from, to, kind]);
    const held = edges.get(place);
    if (held !== undefined) {
      held.count += count;
      held.errors += errors;
    } else if (edges.size < limits.edges) edges.set(place, { from, to, kind, count, errors });
    else isTruncated = true;
  };

  const addNode = (span: OutlineSpan, id: string, from: string | null): void => {
    const node = nodeFor(id, span.type as NodeType, nameOf(span));
    if (node === null) return;
    const errors = span.has_error ? 1 : 0;
    node.calls++;
    node.errors += errors;
    node.durationMillis += span.duration_ms ?? 0;
    if (from === null) node.entries++;
    else addEdge({ from, to: id, kind: 'call', count: 1, errors });
  };

  const spend = (span: OutlineSpan, id: string | null, agent: string | null): void => {
    const spent = spentOn(span);
    if (spent === null) return;
    for (const at of new Set([id, agent])) {
      const node = at === null ? undefined : nodes.get(at);
      if (node !== undefined) node.spent = sumSpent(node.spent, spent);
    }
  };

  return {
    add(outline) {
      /** By depth: the node, and the agent, at or above. */
      const nearest: (string | null)[] = [];
      const agents: (string | null)[] = [];
      for (const span of outline) {
        const from = span.depth === 0 ? null : (nearest[span.depth - 1] ?? null);
        const id = isNode(span) ? idOf(span) : null;
        if (id !== null) addNode(span, id, from);
        const agentAbove = span.depth === 0 ? null : (agents[span.depth - 1] ?? null);
        const agent = span.type === 'agent' ? id : agentAbove;
        nearest[span.depth] = id ?? from;
        agents[span.depth] = agent;
        spend(span, id, agent);
        if (span.handoff === undefined) continue;
        const handedBy = span.handoff.from === null ? agentAbove : agentId(span.handoff.from);
        const to = agentId(span.handoff.to);
        if (handedBy !== null)
          addEdge({ from: handedBy, to, kind: 'handoff', count: 1, errors: span.has_error ? 1 : 0 });
      }
    },
    join(graph) {
      isTruncated ||= graph.truncated;
      for (const { cost, id, name, tokens, total_duration_ms: durationMillis, type, ...counts } of graph.nodes) {
        const node = nodeFor(id, type, name);
        if (node === null) continue;
        node.calls += counts.calls;
        node.errors += counts.errors;
        node.entries += counts.entries;
        node.durationMillis += durationMillis;
        node.spent = sumSpent(node.spent, { cost, tokens, calls: 0 });
      }
      graph.edges.forEach(addEdge);
    },
    graph: () => ({
      nodes: [...nodes].map(shownNode).sort((a, b) => b.calls - a.calls || (a.id < b.id ? -1 : 1)),
      // What is handed to, or by, whom nobody saw at work may be any other thing's name.
      edges: [...edges.values()].filter(({ from, to }) => nodes.has(from) && nodes.has(to)).sort(byCount),
      truncated: isTruncated,
    }),
  };
};
