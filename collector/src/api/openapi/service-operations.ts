import { filters, project } from './parameters.js';
import { ANY_OBJECT, jsonAnswer, type OperationDoc, ref, TEXT } from './types.js';

const health = (id: string, path: string, prefixes: readonly string[], word: string): OperationDoc => ({
  method: 'get',
  path,
  prefixes,
  isWrapped: false,
  id,
  tag: 'service',
  summary: 'Whether all is well',
  description: `\`${word}\` or \`degraded\`; parts are for admins. The status is 200 either way.`,
  need: null,
  parameters: [],
  answers: { '200': jsonAnswer('The state.', ref('Health')) },
  errors: [],
});

const RESUME = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'Where to go on; unknown or too old: a `reset` event.',
  schema: TEXT,
  example: '0123456789abcdef-12',
} as const;

/** What tells of the collector, and follows what it takes. */
export const SERVICE_OPERATIONS: readonly OperationDoc[] = [
  {
    method: 'get',
    path: '/stream',
    isWrapped: false,
    id: 'followTraces',
    tag: 'traces',
    summary: 'New and changed traces as they are stored',
    description:
      'Server-sent events. `trace`: a trace as lists show it, its latest change alone. `skipped`, `{count}`: so many changed ' +
      'traces were not shown. `reset`, `{reason}`: read the list anew. A comment every 15 seconds.',
    need: 'read',
    parameters: [...filters, RESUME],
    answers: {
      '200': {
        description: 'Events until either side ends; the schema is that of the data of a `trace`.',
        content: { 'text/event-stream': { schema: ref('StreamedTrace') } },
      },
    },
    errors: ['VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'STORE_UNAVAILABLE'],
  },
  {
    method: 'get',
    path: '/status',
    id: 'getStatus',
    tag: 'service',
    summary: 'What a project has sent, and what the collector is',
    need: 'read',
    parameters: [project],
    answers: { '200': jsonAnswer('Usage, versions, retention; lag and parts for admins.', ref('Status')) },
    errors: ['VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'STORE_UNAVAILABLE'],
  },
  health('getHealth', '/health', ['', '/api'], 'healthy'),
  health('getHealthOk', '/health', ['/v1', '/api/v1'], 'ok'),
  {
    method: 'get',
    path: '/metrics',
    prefixes: [''],
    isWrapped: false,
    id: 'getMetrics',
    tag: 'service',
    summary: "The collector's own metrics",
    need: 'read',
    parameters: [],
    answers: {
      '200': { description: "Prometheus's text format.", content: { 'text/plain': { schema: TEXT } } },
    },
    errors: ['UNAUTHORIZED', 'FORBIDDEN', 'STORE_UNAVAILABLE'],
  },
  {
    method: 'get',
    path: '/openapi.json',
    prefixes: ['', '/v1', '/api/v1'],
    isWrapped: false,
    id: 'getOpenApi',
    tag: 'service',
    summary: 'This document',
    need: null,
    parameters: [],
    answers: { '200': jsonAnswer('OpenAPI 3.1.', ANY_OBJECT) },
    errors: [],
  },
];
