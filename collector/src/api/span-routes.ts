import { traceKey } from 'noveum-proto';

import { CollectorError } from '../errors/index.js';
import { type AskedPlace, parseSpansQuery, type SpansQuery, type TraceAnswers } from '../query/index.js';
import { onlyParameters, parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route, RouteContext } from './route.js';

const notFound = (what: 'trace' | 'span'): CollectorError =>
  new CollectorError({ code: 'NOT_FOUND', message: `${what} not found` });

export const placeOf = ({ id, principal, search }: RouteContext): AskedPlace => ({
  project: projectFor(principal, search.get('project')),
  traceKey: traceKey(id),
});

const queryOf = (search: URLSearchParams): SpansQuery => {
  onlyParameters(search, ['project', 'view', 'limit', 'cursor']);
  const outcome = parseSpansQuery(search);
  if (outcome.status === 'refused') throw parameterError(outcome.problems);
  return outcome.query;
};

/** The routes of a trace's spans, by their paths below `/v1`. */
export const createSpanRoutes = (answers: TraceAnswers): Readonly<Record<string, Route>> => {
  const allSpans: Route['answer'] = async (context) => {
    const trace = await answers.trace(placeOf(context), 'spans');
    if (trace === null) throw notFound('trace');
    context.hold(trace.text, 'new');
    return { kind: 'object', members: { trace_id: { value: trace.traceId }, spans: { text: trace.text } } };
  };

  const spans: Route['answer'] = async (context) => {
    const query = queryOf(context.search);
    const { limit } = query;
    if (limit === null) return allSpans(context);
    const page = await answers.spans(placeOf(context), query);
    if (page === null) throw notFound('trace');
    context.hold(page.spans, 'new');
    const pagination = {
      total: page.total,
      total_relation: 'eq',
      limit,
      has_more: page.nextCursor !== null,
      next_cursor: page.nextCursor,
    };
    return {
      kind: 'object',
      members: { trace_id: { value: page.traceId }, spans: { text: page.spans }, pagination: { value: pagination } },
    };
  };

  const span: Route['answer'] = async (context) => {
    onlyParameters(context.search, ['project']);
    const found = await answers.span(placeOf(context), context.spanId);
    if (found === null) throw notFound('trace');
    if (found.span === null) throw notFound('span');
    context.hold(found.span, 'new');
    return { kind: 'object', members: { span: { text: found.span } } };
  };

  return {
    '/traces/:id/spans': { name: '/v1/traces/{id}/spans', need: 'read', answer: spans },
    '/traces/:id/spans/:spanId': { name: '/v1/traces/{id}/spans/{span_id}', need: 'read', answer: span },
  };
};
