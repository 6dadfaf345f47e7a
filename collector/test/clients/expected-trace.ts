import type { SentValue } from './sent-values.js';

/** What a client program prints: the ids that its SDK made. */
export interface SentIds {
  readonly traceId: string;
  readonly rootId: string;
  readonly callId: string;
}

export interface SentTrace extends SentIds {
  readonly service: string;
  readonly exceptionType: string;
  readonly scopeAttributes: Readonly<Record<string, unknown>>;
  readonly values: Readonly<Record<string, SentValue>>;
}

const MESSAGE = 'the model was overloaded';

const provenance = ({ service, scopeAttributes }: SentTrace) => ({
  resource: { attributes: { 'service.name': service, 'deployment.environment.name': 'test', replicas: 3 } },
  scope: {
    name: 'noveum.clients',
    version: '1.2.3',
    schema_url: 'https://opentelemetry.io/schemas/1.38.0',
    ...(Object.keys(scopeAttributes).length === 0 ? {} : { attributes: scopeAttributes }),
  },
});

const expectedRoot = (sent: SentTrace) => ({
  span_id: sent.rootId,
  trace_id: sent.traceId,
  parent_span_id: null,
  name: 'invoke_agent planner',
  kind: 'SERVER',
  start_time: '2026-01-02T03:04:05.123456789Z',
  end_time: '2026-01-02T03:04:07.623456789Z',
  duration_ms: 2_500,
  status: 'unset',
  attributes: { 'user.id': 'user-7', 'session.id': 'session-9' },
  events: [],
  links: [],
  ...provenance(sent),
});

const expectedCall = (sent: SentTrace) => ({
  span_id: sent.callId,
  trace_id: sent.traceId,
  parent_span_id: sent.rootId,
  name: 'chat gpt-4o',
  kind: 'CLIENT',
  start_unix_nano: '1767323045223456789',
  end_unix_nano: '1767323046223456789',
  duration_ms: 1_000,
  status: 'error',
  status_message: MESSAGE,
  attributes: Object.fromEntries(Object.entries(sent.values).map(([name, { shown }]) => [name, shown])),
  events: [
    { name: 'first token', time_unix_nano: '1767323045523456789', attributes: { chunk: 1 } },
    {
      name: 'exception',
      time_unix_nano: '1767323046123456789',
      attributes: { 'exception.type': sent.exceptionType, 'exception.message': MESSAGE },
    },
  ],
  links: [
    {
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      attributes: { reason: 'retry' },
    },
  ],
  ...provenance(sent),
});

/** The document that must be read back: at least this, as meaning may be added to what was sent. */
export const expectedDocument = (sent: SentTrace) => ({
  trace_id: sent.traceId,
  name: 'invoke_agent planner',
  span_count: 2,
  error_count: 1,
  has_error: true,
  environment: 'test',
  metadata: { user_id: 'user-7', session_id: 'session-9' },
  services: [sent.service],
  incomplete: false,
  spans: [expectedRoot(sent), expectedCall(sent)],
});
