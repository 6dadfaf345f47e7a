/** Grows with every change of what follows; kept in a template's and an index's `_meta`. */
const MAPPING_VERSION = 1;

const keyword = { type: 'keyword' } as const;
/** For texts that come as they were sent: what is too long for a term is not found by it, and refuses nothing. */
const sentKeyword = { type: 'keyword', ignore_above: 8_000 } as const;
/** What is no number is not found by it. */
const sentLong = { type: 'long', ignore_malformed: true } as const;
const sentDouble = { type: 'double', ignore_malformed: true } as const;
const date = { type: 'date', ignore_malformed: true } as const;
const named = { type: 'text', fields: { keyword: sentKeyword } } as const;
/** In `_source` only: whatever is in it, it refuses nothing. */
const unindexed = { type: 'object', enabled: false } as const;
/** By `flatOf`. */
const flat = { type: 'flattened', ignore_above: 1_000 } as const;

/**
 * An object whose names are what senders chose: names with dots are no objects here (`gen_ai.prompt` stands beside
 * `gen_ai.prompt.name`), known names are found by, others are in `_source`, and a known one with a value of another
 * kind is as an unknown one.
 */
const attributes = (properties: Readonly<Record<string, object>>) => ({
  type: 'object',
  dynamic: false,
  subobjects: false,
  properties,
});

const SPAN_ATTRIBUTES = {
  'llm.provider': sentKeyword,
  'llm.model': sentKeyword,
  'llm.input_tokens': sentLong,
  'llm.output_tokens': sentLong,
  'llm.total_tokens': sentLong,
  'llm.cost': sentDouble,
  'llm.temperature': sentDouble,
  'llm.finish_reasons': sentKeyword,
  'gen_ai.operation.name': sentKeyword,
  'gen_ai.provider.name': sentKeyword,
  'gen_ai.system': sentKeyword,
  'gen_ai.request.model': sentKeyword,
  'gen_ai.request.temperature': sentDouble,
  'gen_ai.request.top_p': sentDouble,
  'gen_ai.request.max_tokens': sentLong,
  'gen_ai.response.model': sentKeyword,
  'gen_ai.response.id': sentKeyword,
  'gen_ai.response.finish_reasons': sentKeyword,
  'gen_ai.usage.input_tokens': sentLong,
  'gen_ai.usage.output_tokens': sentLong,
  'gen_ai.conversation.id': sentKeyword,
  'gen_ai.agent.id': sentKeyword,
  'gen_ai.agent.name': sentKeyword,
  'gen_ai.tool.name': sentKeyword,
  'gen_ai.tool.call.id': sentKeyword,
  'gen_ai.tool.type': sentKeyword,
  'error.type': sentKeyword,
};

const SPAN_PROPERTIES = {
  span_id: keyword,
  trace_id: { type: 'keyword', index: false, doc_values: false },
  parent_span_id: keyword,
  name: named,
  kind: keyword,
  type: keyword,
  status: keyword,
  start_time: date,
  end_time: date,
  duration_ms: { type: 'double' },
  attributes: attributes(SPAN_ATTRIBUTES),
  unnamed_attributes: unindexed,
  events: {
    type: 'nested',
    dynamic: false,
    properties: { name: sentKeyword, timestamp: date, attributes: unindexed, noveum: unindexed },
  },
  links: unindexed,
  exception: unindexed,
  resource: unindexed,
  scope: unindexed,
  scores: unindexed,
  noveum: unindexed,
};

const count = { type: 'integer', index: false } as const;
const COUNTS = { services: count, models: count, providers: count, types: count, tags: count };

const summed = { type: 'double', index: false } as const;
const BEYOND = {
  traces: { type: 'double' },
  spans: summed,
  errors: summed,
  timed: summed,
  duration_micros: summed,
  tokens: summed,
  input_tokens: summed,
  output_tokens: summed,
  cost: summed,
} as const;

/** What the collector itself asks: see `TraceRecord`. */
const OWN_PROPERTIES = {
  part: { type: 'integer' },
  parts: { type: 'integer', index: false },
  head: keyword,
  generation: keyword,
  trace_key: keyword,
  start_unix_nano: { type: 'long' },
  end_unix_nano: { type: 'long' },
  seen_until_unix_nano: { type: 'long' },
  start_minute: { type: 'long' },
  duration_micros: { type: 'long' },
  duration_bucket: { type: 'integer' },
  tokens: { type: 'double' },
  input_tokens: { type: 'double' },
  output_tokens: { type: 'double' },
  cost: { type: 'double' },
  cost_nano: { type: 'long' },
  beyond: { dynamic: false, properties: BEYOND },
  counts: { dynamic: false, properties: COUNTS },
  tags: keyword,
  terms: { type: 'keyword', doc_values: false },
  are_terms_cut: { type: 'boolean' },
  arrival_day: { type: 'integer' },
  arrived_spans: { type: 'long' },
  arrived_bytes: { type: 'long' },
  later_arrivals: {
    type: 'nested',
    dynamic: false,
    properties: { day: { type: 'integer' }, spans: { type: 'long' }, bytes: { type: 'long' } },
  },
  fragments: { type: 'integer' },
  first_received_millis: { type: 'long' },
  last_received_millis: { type: 'long' },
  derivation: keyword,
  writer_version: { type: 'integer' },
  summary: { type: 'binary', store: true },
  payload: unindexed,
  notes: unindexed,
};

/** The mapping of an index of traces: nothing that a sender sends changes it, or is refused by it. */
export const TRACE_MAPPING = {
  dynamic: false,
  _meta: { version: MAPPING_VERSION },
  properties: {
    trace_id: keyword,
    trace_key: { type: 'keyword', index: false, doc_values: false },
    name: named,
    start_time: date,
    start_unix_nano: { type: 'keyword', index: false, doc_values: false },
    end_time: date,
    duration_ms: { type: 'double' },
    status: keyword,
    status_message: { type: 'text' },
    span_count: { type: 'long' },
    error_count: { type: 'long' },
    has_error: { type: 'boolean' },
    incomplete: { type: 'boolean' },
    project: keyword,
    environment: keyword,
    service_version: sentKeyword,
    sample_weight: { type: 'double' },
    schema_version: sentKeyword,
    sdk: { type: 'object', enabled: false },
    attributes: attributes({
      total_tokens: sentDouble,
      total_input_tokens: sentDouble,
      total_output_tokens: sentDouble,
      total_cost: sentDouble,
    }),
    unnamed_attributes: unindexed,
    metadata: {
      dynamic: false,
      properties: {
        user_id: keyword,
        session_id: keyword,
        request_id: keyword,
        tags: flat,
        custom_attributes: flat,
      },
    },
    services: keyword,
    models: keyword,
    providers: keyword,
    span_types: keyword,
    error_types: keyword,
    events: unindexed,
    otel: unindexed,
    scores: unindexed,
    ingested_at: date,
    processed_at: date,
    spans: { type: 'nested', dynamic: false, properties: SPAN_PROPERTIES },
    noveum: { dynamic: false, properties: OWN_PROPERTIES },
  },
} as const;

/** The settings of an index that this mapping and erasing rely on. */
export const TRACE_SETTINGS = {
  /** Of spans, their events and days of arrival in one document: see `RECORD_LIMITS`. */
  'index.mapping.nested_objects.limit': 10_000,
  /** So that `_forcemerge?only_expunge_deletes` rewrites every segment that holds what was erased. */
  'index.merge.policy.expunge_deletes_allowed': 0,
} as const;
