import { createGraphBuilder } from 'noveum-proto';

import { parseTraceQuery, type TraceAnswers } from '../query/index.js';
import type { TraceQuery } from '../store/index.js';
import { parameterError } from './parameter-error.js';
import { projectFor } from './project-scope.js';
import type { Route, RouteContext } from './route.js';

/** Of the newest traces so many make the graph: pages are nothing that a graph has. */
const NOT_TAKEN = ['size', 'offset', 'from', 'cursor', 'sort', 'count', 'include', 'include_spans', 'includeSpans'];
const DEFAULT_TRACES = 100;
/** Between them others get their turn, and it is seen whether the client has gone. */
const TRACES_AT_ONCE = 10;
/** No other trace is begun beyond. */
const MOST_SPANS = 200_000;

const queryOf = ({ principal, search }: RouteContext) => {
  const [paging] = [...search].filter(([parameter]) => NOT_TAKEN.includes(parameter));
  if (paging !== undefined)
    throw parameterError([{ parameter: paging[0], rule: 'is not a parameter of this route', value: paging[1] }]);
  const outcome = parseTraceQuery(search);
  if (outcome.status === 'refused') {
    const [first = { parameter: 'query', rule: 'is refused', value: '' }, ...others] = outcome.problems;
    throw parameterError([first, ...others]);
  }
  const project = projectFor(principal, outcome.query.filter.project);
  const query: TraceQuery = {
    ...outcome.query,
    filter: { ...outcome.query.filter, project },
    limit: search.has('limit') ? outcome.query.limit : DEFAULT_TRACES,
  };
  return { query, applied: { ...outcome.applied, ...(project === null ? {} : { project }) } };
};

/** Who calls whom: agents, tools, models and the like, over one trace or the newest ones of a filter. */
export const createGraphRoute = (answers: TraceAnswers): Route => ({
  name: '/v1/agent-graph',
  need: 'read',
  answer: async (context) => {
    const { query, applied } = queryOf(context);
    const page = await answers.page(query);
    const builder = createGraphBuilder();
    let traces = 0;
    let spans = 0;
    while (traces < page.places.length && spans < MOST_SPANS && !context.signal.aborted) {
      const part = page.places.slice(traces, traces + TRACES_AT_ONCE);
      const found = await answers.graph(part);
      builder.join(found.graph);
      traces += part.length;
      spans += found.spans;
    }
    const { edges, nodes, truncated } = builder.graph();
    return {
      kind: 'object',
      members: {
        nodes: { value: nodes },
        edges: { value: edges },
        traces: { value: { used: traces, total: page.total, total_relation: page.totalRelation } },
        spans: { value: spans },
        truncated: { value: truncated },
        filters_applied: { value: applied },
      },
    };
  },
});
