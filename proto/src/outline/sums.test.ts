import { analyticsOf, createGraphBuilder, type OutlineSpan } from './index.js';

const START = 1_795_176_000_000n;

interface Seed extends Partial<Omit<OutlineSpan, 'tokens'>> {
  readonly at?: number;
  readonly ms?: number | null;
  readonly used?: number;
}

/** A span of a tree, from `at` on, for `ms`; `used`: tokens, of which a tenth are output. */
const span = (id: string, { at = 0, ms = 100, used, ...changes }: Seed = {}): OutlineSpan => ({
  span_id: id,
  parent_span_id: null,
  depth: 0,
  child_count: 0,
  name: id,
  type: 'span',
  kind: 'INTERNAL',
  status: 'ok',
  has_error: false,
  start_time: '',
  start_unix_nano: String((START + BigInt(at)) * 1_000_000n),
  duration_ms: ms,
  service: null,
  model: null,
  provider: null,
  entity: null,
  tokens: used === undefined ? null : { input: used * 0.9, output: used * 0.1, total: used },
  usage_counts: used !== undefined,
  cost: null,
  cost_counts: false,
  ...changes,
});

const call = (id: string, depth: number, cost: number, changes: Seed = {}): OutlineSpan =>
  span(id, {
    depth,
    type: 'llm',
    provider: 'openai',
    model: 'gpt-4o',
    used: 100,
    cost,
    cost_counts: true,
    ...changes,
  });

const agent = (id: string, depth: number, changes: Seed = {}): OutlineSpan =>
  span(id, { depth, type: 'agent', entity: id, ...changes });

/** An agent that plans with one call, asks a tool, and hands on to another agent, which calls a wrapped model. */
const OUTLINE = [
  agent('planner', 0, { ms: 1000 }),
  call('plan', 1, 0.1, { at: 0, ms: 300 }),
  span('lookup', { depth: 1, type: 'tool', entity: 'search', at: 300, ms: 200, has_error: true }),
  span('fetch', { depth: 2, at: 350, ms: 100 }),
  span('hand', { depth: 1, type: 'tool', at: 500, ms: 0, handoff: { from: null, to: 'writer' } }),
  agent('writer', 1, { at: 500, ms: 450 }),
  call('wrapper', 2, 0, { at: 500, ms: 400, usage_counts: false, cost: null, cost_counts: false }),
  call('write', 3, 0.2, { at: 510, ms: 380, provider: 'anthropic', model: 'claude' }),
  call('unpriced', 2, 0, { at: 900, ms: 20, cost: null, cost_counts: false, model: null, provider: null }),
];

describe('analytics', () => {
  const analytics = analyticsOf(OUTLINE, 1000);

  test('count spans by their type, and a call that two spans tell once', () => {
    expect(analytics.total_duration_ms).toBe(1000);
    expect(analytics.span_breakdown).toMatchObject({
      llm_calls: 3,
      tool_calls: 2,
      agent_decisions: 2,
      spans: 1,
      embeddings: 0,
    });
  });

  test('sum costs and tokens that count, by provider, model and the nearest agent', () => {
    const tokens = (total: number) => ({ input: total * 0.9, output: total * 0.1, total });
    expect(analytics.tokens).toEqual(tokens(300));
    expect(analytics.cost_breakdown).toEqual({
      total_cost: 0.3,
      openai_cost: 0.1,
      anthropic_cost: 0.2,
      unpriced_calls: 1,
      by_provider: {
        anthropic: { cost: 0.2, tokens: tokens(100), calls: 1 },
        openai: { cost: 0.1, tokens: tokens(100), calls: 1 },
        unknown: { cost: 0, tokens: tokens(100), calls: 1 },
      },
      by_model: {
        claude: { cost: 0.2, tokens: tokens(100), calls: 1 },
        'gpt-4o': { cost: 0.1, tokens: tokens(100), calls: 1 },
        unknown: { cost: 0, tokens: tokens(100), calls: 1 },
      },
      by_agent: {
        writer: { cost: 0.2, tokens: tokens(200), calls: 2 },
        planner: { cost: 0.1, tokens: tokens(100), calls: 1 },
      },
    });
  });

  test('a provider by a name that has a meaning of its own takes nothing away', () => {
    const { cost_breakdown: costs } = analyticsOf([call('a', 0, 0.5, { provider: 'total' })], 100);
    expect(costs.total_cost).toBe(0.5);
    expect(analyticsOf([call('a', 0, 0.5, { provider: '__proto__' })], 1).cost_breakdown.by_provider).toHaveProperty(
      ['__proto__', 'cost'],
      0.5,
    );
  });

  test('follow the critical path, whose times add up to the duration', () => {
    const { by_type: byType, critical_path: path } = analytics.latency;
    expect(Object.values(byType).reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(1000, 6);
    expect(byType).toMatchObject({ llm: 720, tool: 100, span: 100, agent: 80 });
    expect(path[0]).toEqual({ span_id: 'write', name: 'write', type: 'llm', ms: 380 });
  });

  test('time between roots is idle, and what has not ended takes none', () => {
    const roots = [span('a', { ms: 100 }), span('b', { at: 150, ms: 100 }), span('c', { at: 200, ms: null })];
    expect(analyticsOf(roots, 250).latency.by_type).toEqual({ span: 200, idle: 50 });
    expect(analyticsOf([], null)).toMatchObject({
      total_duration_ms: null,
      latency: { by_type: {}, critical_path: [] },
    });
  });
});

describe('a graph', () => {
  const graphOf = (...outlines: OutlineSpan[][]) => {
    const builder = createGraphBuilder();
    for (const outline of outlines) builder.add(outline);
    return builder.graph();
  };

  test('has agents, tools and models, and leaves out steps and repeated calls', () => {
    const { edges, nodes, truncated } = graphOf(OUTLINE);
    expect(truncated).toBe(false);
    expect(nodes.map(({ id }) => id).sort()).toEqual([
      'agent:planner',
      'agent:writer',
      'llm:anthropic/claude',
      'llm:openai/gpt-4o',
      'llm:unknown',
      'tool:search',
    ]);
    expect(nodes.find(({ id }) => id === 'agent:planner')).toEqual({
      id: 'agent:planner',
      type: 'agent',
      name: 'planner',
      calls: 1,
      errors: 0,
      entries: 1,
      total_duration_ms: 1000,
      avg_duration_ms: 1000,
      tokens: { input: 90, output: 10, total: 100 },
      cost: 0.1,
    });
    expect(edges).toEqual(
      expect.arrayContaining([
        { from: 'agent:planner', to: 'tool:search', kind: 'call', count: 1, errors: 1 },
        { from: 'agent:planner', to: 'agent:writer', kind: 'call', count: 1, errors: 0 },
        { from: 'agent:planner', to: 'agent:writer', kind: 'handoff', count: 1, errors: 0 },
        { from: 'agent:writer', to: 'llm:anthropic/claude', kind: 'call', count: 1, errors: 0 },
      ]),
    );
    expect(edges).toHaveLength(6);
  });

  test('of several traces is the sum, at once or joined from parts', () => {
    const both = graphOf(OUTLINE, OUTLINE);
    expect(both.nodes.find(({ id }) => id === 'tool:search')).toMatchObject({
      calls: 2,
      errors: 2,
      avg_duration_ms: 200,
    });
    const builder = createGraphBuilder();
    for (let part = 0; part < 2; part++) builder.join(graphOf(OUTLINE));
    expect(builder.graph()).toEqual(both);
  });

  test('says where it holds no more', () => {
    const builder = createGraphBuilder({ nodes: 2, edges: 1 });
    builder.add(OUTLINE);
    expect(builder.graph()).toMatchObject({ truncated: true });
    expect(builder.graph().nodes).toHaveLength(2);
    expect(builder.graph().edges.length).toBeLessThanOrEqual(1);
  });

  test('a handoff to nobody who was seen is no edge', () => {
    const outline = [agent('a', 0), span('b', { depth: 1, type: 'tool', handoff: { from: null, to: 'nobody' } })];
    expect(graphOf(outline).edges).toEqual([]);
  });
});
