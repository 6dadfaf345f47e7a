import { CollectorError } from '../errors/index.js';
import { type TraceAnswers, type TraceForm, type TraceText } from '../query/index.js';
import { createExportRoute } from './export-route.js';
import { onlyParameters, parameterError } from './parameter-error.js';
import type { Route, RouteContext } from './route.js';
import { createSpanRoutes, placeOf } from './span-routes.js';
import { tracePageMembers, tracePageOf } from './trace-page.js';

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
    const asked = tracePageOf(context.search, context.principal);
    return { kind: 'object', members: await tracePageMembers(answers, asked, context) };
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
    queryOf: (search, { principal }) => tracePageOf(search, principal).query,
    now,
  });

  return {
    '/traces': { name: '/v1/traces', need: 'read', answer: list },
    '/traces/export': exported,
    '/traces/:id': { name: '/v1/traces/{id}', need: 'read', answer: get },
    ...createSpanRoutes(answers),
  };
};
