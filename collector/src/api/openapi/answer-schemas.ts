import {
  ANY_OBJECT,
  COUNT,
  FLAG,
  listOf,
  NUMBER,
  objectOf,
  orNull,
  ref,
  type Schema,
  TEXT,
  TIMESTAMP,
} from './types.js';

const PARTS: Schema = {
  type: 'object',
  description: 'For admins. By name of the part.',
  additionalProperties: objectOf(
    {
      status: { enum: ['healthy', 'degraded'] },
      code: orNull('string', { description: 'An errno or a code; null: nothing is wrong.' }),
      details: ANY_OBJECT,
      isApart: { const: true, description: 'Overall health does not follow it.' },
    },
    ['details', 'isApart'],
  ),
};

const LAG = objectOf({ bytes: COUNT, seconds: NUMBER });
const LIMIT = orNull('number', { description: 'null: there is none.' });

/** What the reading routes say, beside the document. */
export const ANSWER_SCHEMAS: Readonly<Record<string, Schema>> = {
  Pagination: objectOf({
    total: COUNT,
    total_relation: { enum: ['eq', 'gte'], description: '`gte`: counting stopped there.' },
    limit: COUNT,
    offset: COUNT,
    has_more: FLAG,
    next_cursor: orNull('string'),
  }),
  TextMatch: objectOf({
    field: { enum: ['prompt', 'response', 'name', 'tool', 'error'] },
    span_id: orNull('string', { description: 'null: it belongs to the trace.' }),
    snippet: TEXT,
    snippet_start: {
      ...COUNT,
      description: 'Of the text, where the snippet begins; UTF-16 code units, as highlights.',
    },
    highlights: listOf(objectOf({ start: COUNT, end: COUNT })),
  }),
  TracePage: objectOf({
    traces: listOf(ref('ListedTrace')),
    pagination: ref('Pagination'),
    filters_applied: ANY_OBJECT,
  }),
  Health: objectOf(
    {
      status: { enum: ['healthy', 'ok', 'degraded'] },
      timestamp: TIMESTAMP,
      version: TEXT,
      services: { type: 'object', additionalProperties: TEXT, description: 'For admins.' },
      parts: PARTS,
    },
    ['services', 'parts'],
  ),
  Status: objectOf(
    {
      status: { enum: ['operational', 'degraded'] },
      timestamp: TIMESTAMP,
      project_id: orNull('string', { description: 'null: all projects.' }),
      usage: objectOf({
        traces_today: COUNT,
        spans_today: COUNT,
        bytes_today: COUNT,
        traces_total: COUNT,
        spans_total: COUNT,
        bytes_total: COUNT,
        storage_used_mb: NUMBER,
        rate_limit_remaining: LIMIT,
      }),
      quotas: objectOf({ traces_per_day: LIMIT, storage_limit_gb: LIMIT, rate_limit_per_minute: LIMIT }),
      usage_by_day: listOf(
        objectOf({ project: TEXT, day: { type: 'string', format: 'date' }, traces: COUNT, spans: COUNT, bytes: COUNT }),
      ),
      versions: objectOf({ collector: TEXT, price_book: orNull('string') }),
      store: TEXT,
      retention: objectOf({ days: LIMIT, bytes: LIMIT }),
      redacted: {
        type: 'object',
        additionalProperties: { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } },
        description: 'By project and kind, how often something was taken out before it was kept, since the start.',
      },
      lag: {
        ...objectOf({ store: LAG, text: { anyOf: [LAG, { type: 'null' }] } }),
        description: 'For admins: taken and not stored; stored, and its texts not indexed.',
      },
      parts: PARTS,
    },
    ['lag', 'parts'],
  ),
  StreamedTrace: objectOf({ change: { enum: ['new', 'changed'] }, trace: ref('TraceSummary') }),
};
