import { toOtlp, type TraceDocument, traceKey } from 'noveum-proto';

import type { Principal } from '../access/index.js';
import { CollectorError } from '../errors/index.js';
import { parseTraceQuery } from '../query/index.js';
import type { TraceQuery, TraceReader } from '../store/index.js';
import { exportLines } from './export-lines.js';
import { onlyParameters, parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route, RouteContext } from './route.js';

/** An export holds all that is found: there is nothing to page. */
const PAGE_PARAMETERS = ['limit', 'size', 'offset', 'from', 'include', 'include_spans', 'includeSpans'];

const queryOf = (search: URLSearchParams, principal: Principal) => {
  const outcome = parseTraceQuery(search);
  if (outcome.status === 'refused') {
    const [first = { parameter: 'query', rule: 'is refused', value: '' }, ...others] = outcome.problems;
    throw parameterError([first, ...others]);
  }
  const project = projectFor(principal, outcome.query.filter.project);
  const query: TraceQuery = { ...outcome.query, filter: { ...outcome.query.filter, project } };
  return { query, applied: { ...outcome.applied, ...(project === null ? {} : { project }) } };
};

/** The routes that read traces, by their paths below `/v1`. */
export const createTraceRoutes = (reader: TraceReader): Readonly<Record<string, Route>> => {
  const documentOf = async ({ id, search, principal }: RouteContext): Promise<TraceDocument> => {
    const document = await reader.get(projectFor(principal, search.get('project')), traceKey(id));
    if (document === null) throw new CollectorError({ code: 'NOT_FOUND', message: 'trace not found' });
    return document;
  };

  const list: Route['answer'] = async ({ search, principal }) => {
    const { query, applied } = queryOf(search, principal);
    const page = await reader.find(query);
    const { limit, offset } = query;
    const pagination = {
      total: page.total,
      total_relation: page.totalRelation,
      limit,
      offset,
      has_more: page.nextCursor !== null,
      next_cursor: page.nextCursor,
    };
    return { kind: 'json', value: { traces: page.traces, pagination, filters_applied: applied } };
  };

  const get: Route['answer'] = async (context) => {
    const { search } = context;
    onlyParameters(search, ['format', 'project']);
    const format = search.get('format');
    if (format !== null && format !== 'otlp')
      throw parameterError([{ parameter: 'format', rule: 'must be otlp', value: format }]);
    const trace = await documentOf(context);
    return format === 'otlp'
      ? { kind: 'text', contentType: 'application/json', text: JSON.stringify(toOtlp(trace)) }
      : { kind: 'json', value: { trace } };
  };

  const spans: Route['answer'] = async (context) => {
    onlyParameters(context.search, ['project']);
    const document = await documentOf(context);
    return { kind: 'json', value: { trace_id: document.trace_id, spans: document.spans } };
  };

  const exported: Route['answer'] = ({ search, principal, signal }) => {
    const [paging] = [...search].filter(([parameter]) => PAGE_PARAMETERS.includes(parameter));
    if (paging !== undefined)
      throw parameterError([{ parameter: paging[0], rule: 'is not a parameter of an export', value: paging[1] }]);
    const { query } = queryOf(search, principal);
    return Promise.resolve({ kind: 'lines', lines: exportLines(reader, query, signal) });
  };

  return {
    '/traces': { name: '/v1/traces', need: 'read', answer: list },
    '/traces/export': { name: '/v1/traces/export', need: 'read', answer: exported },
    '/traces/:id': { name: '/v1/traces/{id}', need: 'read', answer: get },
    '/traces/:id/spans': { name: '/v1/traces/{id}/spans', need: 'read', answer: spans },
  };
};
