import { traceKey } from 'noveum-proto';

import { CollectorError } from '../errors/index.js';
import { parseTraceQuery, type TraceAnswers } from '../query/index.js';
import type { Erasure, ErasureTarget, TraceQuery } from '../store/index.js';
import { onlyParameters, parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Reply } from './reply.js';
import type { Route } from './route.js';

/** What erases, for the routes. */
export interface Erasures {
  /** `keyId`: of who asks, for the log. Null: an id that finds nothing. */
  erase(target: ErasureTarget, keyId: string | null): Promise<Erasure | null>;
  find(id: string): Promise<Erasure | null>;
}

const FILTERS = [
  'project',
  'user_id',
  'userId',
  'session_id',
  'sessionId',
  'start_time',
  'startTime',
  'end_time',
  'endTime',
];
const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

const replyOf = ({ id, traces, requestedAtMillis, purgedAtMillis }: Erasure): Reply => ({
  kind: 'object',
  members: {
    erasure_id: { value: id },
    erased_traces: { value: traces },
    requested_at: { value: new Date(requestedAtMillis).toISOString() },
    purged_at: { value: purgedAtMillis === null ? null : new Date(purgedAtMillis).toISOString() },
  },
});

/** A value that was forgotten, or lost on its way, must not make a filter wider. */
const refuseEmpty = (search: URLSearchParams): void => {
  const [empty] = [...search].filter(([, value]) => value.trim() === '');
  if (empty !== undefined) throw parameterError([{ parameter: empty[0], rule: 'must not be empty', value: empty[1] }]);
};

const isDryRun = (search: URLSearchParams): boolean => {
  const [value = 'false', ...others] = search.getAll('dry_run');
  const isDry = BOOLEANS[value.toLowerCase()];
  if (isDry === undefined || others.length > 0)
    throw parameterError([
      { parameter: 'dry_run', rule: 'must be true or false, once', value: [value, ...others].join(', ') },
    ]);
  return isDry;
};

const queryOf = (search: URLSearchParams): TraceQuery => {
  refuseEmpty(search);
  onlyParameters(search, [...FILTERS, 'dry_run']);
  const filters = new URLSearchParams([...search].filter(([name]) => name !== 'dry_run'));
  if (filters.size === 0)
    throw new CollectorError({
      code: 'VALIDATION_ERROR',
      message: 'what to erase must be named: project, user_id, session_id, start_time or end_time',
      field: 'project',
      issue: 'or another filter is needed',
    });
  const outcome = parseTraceQuery(filters);
  if (outcome.status === 'refused') {
    const [first = { parameter: 'query', rule: 'is refused', value: '' }, ...others] = outcome.problems;
    throw parameterError([first, ...others]);
  }
  const { startUnixNano, endUnixNano } = outcome.query.filter;
  if (startUnixNano !== undefined && endUnixNano !== undefined && endUnixNano <= startUnixNano)
    throw parameterError([
      {
        parameter: 'end_time',
        rule: 'must be after start_time',
        value: search.get('end_time') ?? search.get('endTime') ?? '',
      },
    ]);
  return { ...outcome.query, limit: 1, count: 'exact' };
};

const targetOf = ({ filter }: TraceQuery): ErasureTarget => ({
  project: filter.project,
  ...(filter.equals.userId === undefined ? {} : { userId: filter.equals.userId }),
  ...(filter.equals.sessionId === undefined ? {} : { sessionId: filter.equals.sessionId }),
  ...(filter.startUnixNano === undefined ? {} : { startUnixNano: filter.startUnixNano }),
  ...(filter.endUnixNano === undefined ? {} : { endUnixNano: filter.endUnixNano }),
});

/** The routes that erase, by their paths below `/v1`, for admins alone. */
export const createErasureRoutes = (answers: TraceAnswers, erasures: Erasures) => {
  const notFound = (what: string): CollectorError =>
    new CollectorError({ code: 'NOT_FOUND', message: `${what} not found` });

  const eraseOne: Route['answer'] = async ({ id, search, principal }) => {
    refuseEmpty(search);
    onlyParameters(search, ['project']);
    const project = projectFor(principal, search.get('project'));
    const erasure = await erasures.erase({ project, traceKey: traceKey(id) }, principal.keyId);
    if (erasure === null) throw notFound('trace');
    return replyOf(erasure);
  };

  const eraseMany: Route['answer'] = async ({ search, principal }) => {
    const asked = queryOf(search);
    const project = projectFor(principal, asked.filter.project);
    const query = { ...asked, filter: { ...asked.filter, project } };
    if (isDryRun(search)) {
      const { total } = await answers.page(query);
      return { kind: 'object', members: { dry_run: { value: true }, matching_traces: { value: total } } };
    }
    const erasure = await erasures.erase(targetOf(query), principal.keyId);
    if (erasure === null) throw notFound('trace');
    return replyOf(erasure);
  };

  const find: Route['answer'] = async ({ id, search, principal }) => {
    onlyParameters(search, []);
    const erasure = await erasures.find(id);
    // A key's holder learns of erasures in its own project only.
    if (erasure === null || (principal.project !== null && principal.project !== erasure.project))
      throw notFound('erasure');
    return replyOf(erasure);
  };

  return {
    erasing: {
      '/traces': { name: 'DELETE /v1/traces', need: 'admin', answer: eraseMany },
      '/traces/:id': { name: 'DELETE /v1/traces/{id}', need: 'admin', answer: eraseOne },
    },
    reading: { '/erasures/:id': { name: '/v1/erasures/{id}', need: 'admin', answer: find } },
  } as const satisfies Readonly<Record<'erasing' | 'reading', Readonly<Record<string, Route>>>>;
};
