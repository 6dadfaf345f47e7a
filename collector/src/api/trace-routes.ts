import type { Principal } from '../access/index.js';
import { CollectorError } from '../errors/index.js';
import { parseTraceQuery, type TraceAnswers, type TraceForm, type TraceText } from '../query/index.js';
import type { TraceQuery } from '../store/index.js';
import { createExportRoute } from './export-route.js';
import { listPieces } from './json-pieces.js';
import { onlyParameters, parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route, RouteContext } from './route.js';
import { createSpanRoutes, placeOf } from './span-routes.js';
import { wholeTraces } from './whole-traces.js';

const queryOf = (search: URLSearchParams, principal: Principal) => {
  const outcome = parseTraceQuery(search);
  if (outcome.status === 'refused') {
    const [first = { parameter: 'query', rule: 'is refused', value: '' }, ...others] = outcome.problems;
    throw parameterError([first, ...others]);
  }
  const project = projectFor(principal, outcome.query.filter.project);
  const query: TraceQuery = { ...outcome.query, filter: { ...outcome.query.filter, project } };
  return {
    query,
    includeSpans: outcome.includeSpans,
    applied: { ...outcome.applied, ...(project === null ? {} : { project }) },
  };
};

const formOf = (search: URLSearchParams): 'analysed' | 'otlp' => {
  const format = search.get('format');
  if (format !== null && format !== 'otlp')
    throw parameterError([{ parameter: 'format', rule: 'must be otlp', value: format }]);
  return format ?? 'analysed';
};

/** The routes that read traces, by their paths below `/v1`. */
export const createTraceRoutes = (answers: TraceAnswers, now: () => Date): Readonly<Record<string, Route>> => {
  const found = async (context: RouteContext, form: TraceForm): Promise<TraceText> => {
    const trace = await answers.trace(placeOf(context), form);
    if (trace === null) throw new CollectorError({ code: 'NOT_FOUND', message: 'trace not found' });
    context.hold(trace.text, 'new');
    return trace;
  };

  const list: Route['answer'] = async (context) => {
    const { query, includeSpans, applied } = queryOf(context.search, context.principal);
    const page = await answers.page(query);
    const { limit, offset } = query;
    const pagination = {
      total: page.total,
      total_relation: page.totalRelation,
      limit,
      offset,
      has_more: page.nextCursor !== null,
      next_cursor: page.nextCursor,
    };
    const traces = includeSpans
      ? { stream: () => listPieces(wholeTraces(answers, page.places, context)) }
      : { text: page.summaries };
    return {
      kind: 'object',
      members: { traces, pagination: { value: pagination }, filters_applied: { value: applied } },
    };
  };

  const get: Route['answer'] = async (context) => {
    onlyParameters(context.search, ['format', 'project']);
    const form = formOf(context.search);
    const { analytics = null, text } = await found(context, form);
    return form === 'otlp'
      ? { kind: 'pieces', contentType: 'application/json', pieces: text }
      : { kind: 'object', members: { trace: { text }, analytics: { value: analytics } } };
  };

  const exported = createExportRoute({
    answers,
    queryOf: (search, { principal }) => queryOf(search, principal).query,
    now,
  });

  return {
    '/traces': { name: '/v1/traces', need: 'read', answer: list },
    '/traces/export': exported,
    '/traces/:id': { name: '/v1/traces/{id}', need: 'read', answer: get },
    ...createSpanRoutes(answers),
  };
};
