import { CollectorError } from '../errors/index.js';
import { parseTraceQuery } from '../query/index.js';
import type { TraceStream } from '../stream/index.js';
import { parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route } from './route.js';

/** Of a list: a stream has no pages and no order, and text is indexed later than it is told. */
const LIST_PARAMETERS = new Set([
  ...['limit', 'size', 'offset', 'from', 'cursor', 'sort', 'count', 'include', 'include_spans', 'includeSpans'],
  ...['q', 'q_mode', 'search_term', 'searchTerm'],
]);
const RETRY_SECONDS = 5;

/** New and changed traces as they are stored. */
export const createStreamRoute = (stream: Pick<TraceStream, 'open'>): Route => ({
  name: '/v1/stream',
  need: 'read',
  answer: ({ search, principal, lastEventId, stillAllowed, signal }) => {
    const [foreign] = [...search].filter(([parameter]) => LIST_PARAMETERS.has(parameter));
    if (foreign !== undefined)
      throw parameterError([{ parameter: foreign[0], rule: 'is not a parameter of a stream', value: foreign[1] }]);
    const outcome = parseTraceQuery(search);
    if (outcome.status === 'refused') {
      const [first = { parameter: 'query', rule: 'is refused', value: '' }, ...others] = outcome.problems;
      throw parameterError([first, ...others]);
    }
    const { filter } = outcome.query;
    const project = projectFor(principal, filter.project);
    const events = stream.open({ filter: { ...filter, project }, lastEventId, stillAllowed, signal });
    if (events === null)
      throw new CollectorError({
        code: 'STORE_UNAVAILABLE',
        message: 'as many clients follow the stream as may; try again',
        retryAfterSeconds: RETRY_SECONDS,
      });
    return Promise.resolve({ kind: 'events', events });
  },
});
