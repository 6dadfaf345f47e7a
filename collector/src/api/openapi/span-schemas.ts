import { COUNT, FLAG, listOf, NUMBER, objectOf, orNull, ref, type Schema, TEXT } from './types.js';

const mapOf = (schema: Schema): Schema => ({ type: 'object', additionalProperties: schema });
const TOKENS = objectOf({ input: COUNT, output: COUNT, total: COUNT });
const SHARE = objectOf({ cost: NUMBER, tokens: TOKENS, calls: COUNT });

/** A trace's spans as rows, and what they sum up to. */
export const SPAN_SCHEMAS: Readonly<Record<string, Schema>> = {
  OutlineSpan: objectOf(
    {
      span_id: TEXT,
      parent_span_id: orNull('string'),
      depth: COUNT,
      child_count: COUNT,
      name: TEXT,
      type: ref('SpanType'),
      kind: TEXT,
      status: TEXT,
      has_error: FLAG,
      start_time: ref('Time'),
      start_unix_nano: ref('Nanos'),
      duration_ms: ref('MillisOrNull'),
      service: orNull('string'),
      model: orNull('string'),
      provider: orNull('string'),
      entity: orNull('string', { description: 'The agent, tool, workflow or data source, by name.' }),
      tokens: { anyOf: [TOKENS, { type: 'null' }] },
      usage_counts: { type: 'boolean', description: "Whether the trace's sums hold the tokens." },
      cost: orNull('number', { description: 'USD.' }),
      cost_counts: { type: 'boolean', description: "Whether the trace's sums hold the cost." },
      handoff: objectOf({ from: orNull('string'), to: TEXT }),
    },
    ['handoff'],
  ),
  AgentGraph: objectOf({
    nodes: listOf(
      objectOf({
        id: { type: 'string', description: '`agent:planner`, `llm:openai/gpt-4o`.' },
        type: ref('SpanType'),
        name: TEXT,
        calls: COUNT,
        errors: COUNT,
        entries: { ...COUNT, description: 'Runs that nothing else in the graph called.' },
        total_duration_ms: NUMBER,
        avg_duration_ms: NUMBER,
        tokens: TOKENS,
        cost: NUMBER,
      }),
    ),
    edges: listOf(objectOf({ from: TEXT, to: TEXT, kind: { enum: ['call', 'handoff'] }, count: COUNT, errors: COUNT })),
    traces: objectOf({ used: COUNT, total: COUNT, total_relation: { enum: ['eq', 'gte'] } }),
    spans: COUNT,
    truncated: { type: 'boolean', description: 'There is more than 1,000 nodes and 5,000 edges hold.' },
    filters_applied: { type: 'object' },
  }),
  SpanPagination: objectOf({
    total: COUNT,
    total_relation: { const: 'eq' },
    limit: COUNT,
    has_more: FLAG,
    next_cursor: orNull('string'),
  }),
  TraceAnalytics: {
    ...objectOf({
      total_duration_ms: ref('MillisOrNull'),
      span_breakdown: mapOf(COUNT),
      tokens: TOKENS,
      cost_breakdown: {
        type: 'object',
        required: ['total_cost', 'unpriced_calls', 'by_provider', 'by_model', 'by_agent'],
        properties: {
          total_cost: NUMBER,
          unpriced_calls: COUNT,
          by_provider: mapOf(SHARE),
          by_model: mapOf(SHARE),
          by_agent: mapOf(SHARE),
        },
        patternProperties: { _cost$: NUMBER },
        description: 'USD; beside its members a `<provider>_cost` for each provider.',
        additionalProperties: false,
      },
      latency: objectOf({
        by_type: mapOf(NUMBER),
        critical_path: listOf(objectOf({ span_id: TEXT, name: TEXT, type: ref('SpanType'), ms: NUMBER })),
      }),
    }),
    description: 'A trace summed up; each call counts once.',
  },
};
