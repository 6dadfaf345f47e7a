import type { ErrorCode } from '../../errors/index.js';
import { choice, filters, whole } from './parameters.js';
import {
  COUNT,
  jsonAnswer,
  listOf,
  NUMBER,
  objectOf,
  type OperationDoc,
  orNull,
  ref,
  type Schema,
  TEXT,
} from './types.js';

const ERRORS: readonly ErrorCode[] = ['VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'STORE_UNAVAILABLE'];
const BUCKET: Schema = { type: 'string', format: 'date-time', description: 'The begin of the bucket.' };
const MILLIS = orNull('number', { description: 'null: none has ended.' });

const POINTS = listOf(objectOf({ timestamp: BUCKET, value: orNull('number') }));
const STORED: Schema = {
  ...COUNT,
  description: 'Documents, each once. `traces` are more where documents stand for others that were not kept.',
};
const WEIGHTED: Schema = {
  type: 'boolean',
  description: 'Some of the traces stand for others: figures count them by their `sample_weight` and are estimates.',
};
const SERIES = { traces: COUNT, stored_traces: STORED, total: orNull('number'), points: POINTS };

export const ANALYTICS_SCHEMAS: Readonly<Record<string, Schema>> = {
  Summary: objectOf({
    summary: objectOf({
      total_traces: COUNT,
      stored_traces: STORED,
      total_spans: COUNT,
      total_errors: COUNT,
      error_rate: NUMBER,
      avg_duration_ms: NUMBER,
      total_cost: NUMBER,
      unique_users: COUNT,
      unique_sessions: COUNT,
      total_tokens: COUNT,
      input_tokens: COUNT,
      output_tokens: COUNT,
      p50_duration_ms: MILLIS,
      p95_duration_ms: MILLIS,
      p99_duration_ms: MILLIS,
      weighted: WEIGHTED,
      approximate: { ...listOf(TEXT), description: 'The members that are estimates.' },
    }),
    time_series: listOf(
      objectOf({
        timestamp: BUCKET,
        traces: COUNT,
        errors: COUNT,
        avg_duration_ms: NUMBER,
        cost: NUMBER,
        spans: COUNT,
        total_tokens: COUNT,
        input_tokens: COUNT,
        output_tokens: COUNT,
      }),
    ),
    top_errors: listOf(objectOf({ error_type: TEXT, count: COUNT, percentage: NUMBER })),
  }),
  Timeseries: objectOf({
    metric: TEXT,
    unit: { enum: ['ms', 'usd', 'fraction', 'count'] },
    group_by: orNull('string'),
    granularity: { enum: ['minute', 'hour', 'day'] },
    start_time: ref('Time'),
    end_time: ref('Time'),
    weighted: WEIGHTED,
    series: listOf(objectOf({ group: orNull('string'), ...SERIES })),
    several: {
      anyOf: [objectOf(SERIES), { type: 'null' }],
      description: 'Tokens and costs of traces with several models or providers, which count in none of them.',
    },
    other: {
      anyOf: [objectOf({ groups: COUNT, ...SERIES }), { type: 'null' }],
      description: 'The groups beyond the limit, taken together.',
    },
  }),
};

const RANGES = ['1h', '24h', '7d', '30d'];
const GRANULARITIES = ['hour', 'minute', 'day'];
const METRICS = [
  ...['count', 'errors', 'error_rate', 'duration_avg', 'duration_p50', 'duration_p95', 'duration_p99'],
  ...['total_tokens', 'input_tokens', 'output_tokens', 'cost', 'traces', 'avg', 'avg_duration_ms', 'p50', 'p95', 'p99'],
  ...['tokens', 'total_cost'],
];
const GROUPS = [
  ...['none', 'model', 'provider', 'name', 'user', 'session', 'service', 'environment', 'tag', 'status', 'type'],
  ...['user_id', 'session_id', 'tags'],
];

const RANGE = 'Up to `end_time`, or now; not beside `start_time`. Default `24h`.';
const shared = [
  ...filters,
  choice('time_range', RANGES, RANGE),
  choice('timeRange', RANGES, "The published clients' name of `time_range`."),
  choice('weighted', ['true', 'false'], 'Default `true`: traces count by their `sample_weight`; `false`: each as one.'),
  choice('granularity', GRANULARITIES, 'Of the buckets; default `hour`. At most 100,000 points are given.'),
];

/** What sums traces up. */
export const ANALYTICS_OPERATIONS: readonly OperationDoc[] = [
  {
    method: 'get',
    path: '/analytics/summary',
    id: 'getSummary',
    tag: 'analytics',
    summary: 'Totals, a series without holes, and the most frequent errors',
    need: 'read',
    parameters: shared,
    answers: { '200': jsonAnswer('The sums.', ref('Summary')) },
    errors: ERRORS,
  },
  {
    method: 'get',
    path: '/analytics/timeseries',
    id: 'getTimeseries',
    tag: 'analytics',
    summary: 'One metric over time, by group',
    need: 'read',
    parameters: [
      ...shared,
      choice('metric', METRICS, 'Default `count`.'),
      choice('group_by', GROUPS, 'Default `none`.'),
      choice('groupBy', GROUPS, "The published clients' name of `group_by`."),
      whole('limit', { minimum: 1, maximum: 100, byDefault: 10 }, 'Groups, the largest first.'),
    ],
    answers: { '200': jsonAnswer('A series a group.', ref('Timeseries')) },
    errors: ERRORS,
  },
];
