import type { ErrorCode } from '../../errors/index.js';
import {
  cursor,
  facetParameters,
  filters,
  groupSort,
  inPath,
  limit,
  offset,
  order,
  page,
  sizes,
  texts,
} from './parameters.js';
import {
  ANY_OBJECT,
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
const RELATION: Schema = { enum: ['eq', 'gte'], description: '`gte`: counting stopped there.' };

const group = (id: string, others: 'user' | 'session'): Schema =>
  objectOf({
    [id]: TEXT,
    project: TEXT,
    trace_count: COUNT,
    span_count: COUNT,
    error_count: COUNT,
    total_tokens: orNull('integer', { minimum: 0 }),
    total_cost: orNull('number'),
    [`${others}s`]: { ...listOf(TEXT), description: 'The first of them.' },
    [`${others}_count`]: COUNT,
    [`${others}_count_relation`]: RELATION,
    first_seen: ref('Time'),
    last_seen: ref('Time'),
    duration_ms: NUMBER,
  });

export const GROUP_SCHEMAS: Readonly<Record<string, Schema>> = {
  Facet: objectOf({
    values: listOf(objectOf({ value: TEXT, count: COUNT })),
    total_values: COUNT,
    relation: RELATION,
  }),
  Session: group('session_id', 'user'),
  User: group('user_id', 'session'),
};

const listed = (member: string, schema: string): Schema =>
  objectOf({ [member]: listOf(ref(schema)), pagination: ref('Pagination'), filters_applied: ANY_OBJECT });

const groups = (path: string, id: string, member: string, schema: string): OperationDoc => ({
  method: 'get',
  path,
  id,
  tag: 'analytics',
  summary: `The ${member} of the traces that fit`,
  need: 'read',
  parameters: [...filters, limit, offset, ...sizes, cursor, groupSort],
  answers: { '200': jsonAnswer('The page.', listed(member, schema)) },
  errors: ERRORS,
});

const OF_THE_PATH = new Set(['session_id', 'sessionId', 'session_id_neq', 'sessionId_neq']);
const ofSession = [...filters, ...texts, ...order, ...page].filter(({ name }) => !OF_THE_PATH.has(name));

/** What traces have in common. */
export const GROUP_OPERATIONS: readonly OperationDoc[] = [
  {
    method: 'get',
    path: '/facets',
    id: 'getFacets',
    tag: 'analytics',
    summary: 'The values that traces have, with counts, for completion',
    need: 'read',
    parameters: [...filters, ...facetParameters],
    answers: {
      '200': jsonAnswer(
        'A member for each field that was asked for.',
        objectOf({
          facets: { type: 'object', additionalProperties: ref('Facet') },
          fields: { ...listOf(TEXT), description: 'All that there are.' },
          filters_applied: ANY_OBJECT,
        }),
      ),
    },
    errors: ERRORS,
  },
  groups('/sessions', 'listSessions', 'sessions', 'Session'),
  groups('/users', 'listUsers', 'users', 'User'),
  {
    method: 'get',
    path: '/sessions/{id}',
    id: 'getSession',
    tag: 'analytics',
    summary: 'One session: its sums, and a page of its traces',
    description: 'The sums are those of the whole session, whatever of it is listed. The first trace comes first.',
    need: 'read',
    parameters: [inPath('id', 's-1', 'The session.'), ...ofSession],
    answers: {
      '200': jsonAnswer(
        'The session.',
        objectOf({
          session: ref('Session'),
          traces: listOf(ref('ListedTrace')),
          pagination: ref('Pagination'),
          filters_applied: ANY_OBJECT,
        }),
      ),
    },
    errors: [...ERRORS, 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'],
  },
];
