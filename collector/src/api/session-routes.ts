import { CollectorError } from '../errors/index.js';
import { type GroupsText, parseGroupQuery, type TraceAnswers } from '../query/index.js';
import type { GroupedBy, GroupQuery } from '../store/index.js';
import { parameterError } from './parameter-error.js';
import { parsedFor } from './project-scope.js';
import type { Route } from './route.js';
import { paginationOf, tracePageMembers, tracePageOf } from './trace-page.js';

const OF_THE_PATH = ['session_id', 'sessionId', 'session_id_neq', 'sessionId_neq'];

/** The first traces of a session come first, as they were spoken. */
const searchOfSession = (search: URLSearchParams, id: string): URLSearchParams => {
  const [named] = [...search].filter(([parameter]) => OF_THE_PATH.includes(parameter));
  if (named !== undefined)
    throw parameterError([{ parameter: named[0], rule: 'is not a parameter of this route', value: named[1] }]);
  const asked = new URLSearchParams(search);
  asked.set('session_id', id);
  // What is found by its texts comes in an order of its own.
  const isOfTexts = ['q', 'searchTerm', 'search_term'].some((parameter) => asked.has(parameter));
  if (!asked.has('sort') && !isOfTexts) asked.set('sort', 'start_time:asc');
  return asked;
};

/** Sessions and users, by their paths below `/v1`. */
export const createSessionRoutes = (answers: TraceAnswers): Readonly<Record<string, Route>> => {
  const list =
    (by: GroupedBy, member: string): Route['answer'] =>
    async ({ search, principal }) => {
      const { query, applied } = parsedFor(principal, parseGroupQuery(by, search));
      const page: GroupsText = await answers.groups(query);
      return {
        kind: 'object',
        members: {
          [member]: { text: page.groups },
          pagination: { value: paginationOf(page, query) },
          filters_applied: { value: applied },
        },
      };
    };

  const session: Route['answer'] = async (context) => {
    const asked = tracePageOf(searchOfSession(context.search, context.id), context.principal);
    const { filter } = asked.query;
    // The sums are those of the whole session, whatever of it is listed.
    const latest: GroupQuery = {
      by: 'sessionId',
      filter: { project: filter.project, equals: { sessionId: context.id }, notEquals: {}, tags: [], compare: [] },
      sort: { field: 'last_seen', direction: 'desc' },
      limit: 1,
      offset: 0,
    };
    const { groups, places } = await answers.groups(latest);
    const [place] = places;
    if (place === undefined) throw new CollectorError({ code: 'NOT_FOUND', message: 'session not found' });
    // Where several projects have one of that name, it is the latest of them.
    const query = { ...asked.query, filter: { ...filter, project: place.project } };
    const [sums] = JSON.parse(Buffer.concat(groups).toString()) as unknown[];
    const members = await tracePageMembers(answers, { ...asked, query }, context);
    return { kind: 'object', members: { session: { value: sums }, ...members } };
  };

  return {
    '/sessions': { name: '/v1/sessions', need: 'read', answer: list('sessionId', 'sessions') },
    '/sessions/:id': { name: '/v1/sessions/{id}', need: 'read', answer: session },
    '/users': { name: '/v1/users', need: 'read', answer: list('userId', 'users') },
  };
};
