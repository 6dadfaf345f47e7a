import type { ErrorCode } from '../../errors/index.js';
import { choice, cursor, filters, inPath, order, page, project, texts, whole } from './parameters.js';
import { JSON_TYPE, jsonAnswer, listOf, objectOf, type OperationDoc, ref, TEXT } from './types.js';

const ID = inPath('id', '0af7651916cd43dd8448eb211c80319c', 'The trace, in any form: UUID or hex, either case.');

const READ: readonly ErrorCode[] = ['VALIDATION_ERROR', 'UNAUTHORIZED', 'FORBIDDEN', 'STORE_UNAVAILABLE'];
const READ_ONE: readonly ErrorCode[] = [...READ, 'NOT_FOUND', 'PAYLOAD_TOO_LARGE'];

/** What reads traces. */
export const TRACE_OPERATIONS: readonly OperationDoc[] = [
  {
    method: 'get',
    path: '/traces',
    id: 'listTraces',
    tag: 'traces',
    summary: 'A page of traces that fit',
    need: 'read',
    parameters: [...filters, ...texts, ...order, ...page],
    answers: { '200': jsonAnswer('The page; without spans unless they are asked for.', ref('TracePage')) },
    errors: [...READ, 'PAYLOAD_TOO_LARGE'],
  },
  {
    method: 'get',
    path: '/traces/export',
    isWrapped: false,
    id: 'exportTraces',
    tag: 'traces',
    summary: 'Every trace that fits, whole',
    description:
      'In the order of `sort`. `otlp` is OTLP/JSON, one trace a line; `csv` and `parquet` hold a row a trace. Where it fails on its ' +
      'way the connection is broken off.',
    need: 'read',
    parameters: [
      ...filters,
      ...texts,
      ...order,
      choice('format', ['jsonl', 'otlp', 'csv', 'parquet'], 'Default: by `Accept`, else `jsonl`.'),
      choice(
        'formulas',
        ['escape', 'keep'],
        'Texts of CSV that a spreadsheet would run: an apostrophe before them, or as they are.',
      ),
    ],
    answers: {
      '200': {
        description: 'A document, or OTLP/JSON, a line; or a table.',
        content: {
          'application/x-ndjson': { schema: { anyOf: [ref('TraceDocument'), ref('OtlpTraces')] } },
          'text/csv': { schema: TEXT },
          'application/vnd.apache.parquet': {
            schema: { type: 'string', contentMediaType: 'application/vnd.apache.parquet' },
          },
        },
      },
    },
    errors: [...READ, 'PAYLOAD_TOO_LARGE'],
  },
  {
    method: 'get',
    path: '/traces/{id}',
    id: 'getTrace',
    tag: 'traces',
    summary: 'One trace, whole',
    description: '`format=otlp` gives OTLP/JSON, the same under both prefixes.',
    need: 'read',
    parameters: [ID, project, choice('format', ['otlp'], 'OTLP/JSON.')],
    answers: {
      '200': {
        description: 'The document, or OTLP.',
        content: {
          [JSON_TYPE]: {
            schema: {
              anyOf: [objectOf({ trace: ref('TraceDocument'), analytics: ref('TraceAnalytics') }), ref('OtlpTraces')],
            },
          },
        },
      },
    },
    errors: READ_ONE,
  },
  {
    method: 'get',
    path: '/traces/{id}/spans',
    id: 'getSpans',
    tag: 'traces',
    summary: 'The spans of a trace',
    description: 'All of them, whole; with `view=outline`, `limit` or `cursor` in pages.',
    need: 'read',
    parameters: [
      ID,
      project,
      choice('view', ['outline', 'full'], '`outline`: rows without attributes, depth first; `full`: by their start.'),
      whole('limit', { minimum: 1, maximum: 10_000, byDefault: 1000 }, 'Spans of a page.'),
      cursor,
    ],
    answers: {
      '200': jsonAnswer(
        'Spans, or rows.',
        objectOf(
          {
            trace_id: TEXT,
            spans: { anyOf: [listOf(ref('SpanDocument')), listOf(ref('OutlineSpan'))] },
            pagination: ref('SpanPagination'),
          },
          ['pagination'],
        ),
      ),
    },
    errors: READ_ONE,
  },
  {
    method: 'get',
    path: '/traces/{id}/spans/{span_id}',
    id: 'getSpan',
    tag: 'traces',
    summary: 'One span, whole',
    need: 'read',
    parameters: [ID, inPath('span_id', '00f067aa0ba902b7', 'The span.'), project],
    answers: { '200': jsonAnswer('The span.', objectOf({ span: ref('SpanDocument') })) },
    errors: READ_ONE,
  },
  {
    method: 'get',
    path: '/agent-graph',
    id: 'getAgentGraph',
    tag: 'traces',
    summary: 'Who calls whom: agents, tools, models',
    description: 'Of one trace by `trace_id`, or of the newest that fit, `limit` of them and up to 200,000 spans.',
    need: 'read',
    parameters: [
      ...filters,
      ...texts,
      whole('limit', { minimum: 1, maximum: 1000, byDefault: 100 }, 'Traces, the newest of those that fit.'),
    ],
    answers: { '200': jsonAnswer('The graph.', ref('AgentGraph')) },
    errors: [...READ, 'PAYLOAD_TOO_LARGE'],
  },
];
