/** What noveum-trace/send.py prints. */
export interface SentNoveumTrace {
  /** What the SDK's own health check said. */
  readonly healthy: boolean;
  readonly traceId: string;
  /** Span ids by span name. */
  readonly spans: Readonly<Record<string, string>>;
}

const expectedSpan = (sent: SentNoveumTrace, name: string, parent: string | null, more: object) => ({
  name,
  span_id: sent.spans[name],
  trace_id: sent.traceId,
  parent_span_id: parent === null ? null : sent.spans[parent],
  status: 'ok',
  scope: { name: 'noveum-trace-python', version: '1.5.28' },
  ...more,
});

const OUTER = {
  kind: 'INTERNAL',
  attributes: { count: '9007199254740993', nested: { a: [1, 2, { b: null }] } },
  events: [{ name: 'started', attributes: { x: 1.5 } }],
  links: [
    { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331', attributes: { reason: 'retry' } },
  ],
  noveum: { types: { '/attributes/count': 'int' } },
};

const LLM_CALL = {
  kind: 'CLIENT',
  attributes: {
    'llm.model': 'gpt-4o-mini',
    'llm.provider': 'openai',
    'llm.input.messages': [{ role: 'user', content: 'Grüße, 世界 🌍' }],
    'llm.output.response': 'hello',
    'llm.total_tokens': 15,
    'llm.cost.currency': 'USD',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 10,
  },
};

const AGENT = { attributes: { 'agent.type': 'planner', 'agent.operation': 'plan', 'agent.capabilities': null } };

const FAILING = {
  status: 'error',
  status_message: 'no umbrella today',
  attributes: { 'exception.type': 'ValueError' },
  events: [{ name: 'exception', attributes: { 'exception.message': 'no umbrella today' } }],
  exception: { type: 'ValueError', message: 'no umbrella today' },
};

/** The document that must be read back. The SDK says `error_count: 0`; it is counted anew. */
export const expectedNoveumTrace = (sent: SentNoveumTrace) => ({
  trace_id: sent.traceId,
  trace_key: sent.traceId.replaceAll('-', ''),
  name: 'answer a question',
  span_count: 4,
  error_count: 1,
  has_error: true,
  project: 'support-bot',
  environment: 'staging',
  service_version: 'v9',
  schema_version: '2.0',
  sdk: { name: 'noveum-trace-python', version: '1.5.28' },
  metadata: {
    user_id: 'user-7',
    session_id: 'session-9',
    tags: { tier: 'gold' },
    custom_attributes: { tenant: 'acme' },
  },
  events: [{ name: 'client.connected', attributes: { transport: 'websocket' } }],
  otel: { resource: { 'service.name': 'support-bot', 'deployment.environment': 'staging' } },
  noveum: { sent: { error_count: 0 } },
  spans: [
    expectedSpan(sent, 'outer', null, OUTER),
    expectedSpan(sent, 'llm.chat', 'outer', LLM_CALL),
    expectedSpan(sent, 'agent.plan', 'outer', AGENT),
    expectedSpan(sent, 'failing', 'outer', FAILING),
  ],
});
