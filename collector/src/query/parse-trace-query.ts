import type { SortField, TraceQuery } from '../store/index.js';
import { createParameterReader } from './parameter-reader.js';
import { filterOf } from './parse-filter.js';
import { textAskedOf } from './text-parameters.js';
import { pagingOf, sortingOf } from './paging.js';
import { appliedBut, type ParameterProblem, readParameters } from './parameters.js';

export type TraceQueryOutcome =
  | {
      readonly status: 'parsed';
      readonly query: TraceQuery;
      /** The traces are to be given whole. */
      readonly includeSpans: boolean;
      readonly applied: Readonly<Record<string, unknown>>;
    }
  | { readonly status: 'refused'; readonly problems: readonly ParameterProblem[] };

const SORT_FIELDS: readonly SortField[] = ['start_time', 'duration_ms', 'total_cost', 'total_tokens', 'span_count'];

const PAGING = ['limit', 'offset', 'cursor', 'sort', 'count', 'include', 'include_spans'];

/** Reads the query string of a list of traces. Every problem is found, none is guessed away. */
export const parseTraceQuery = (search: URLSearchParams): TraceQueryOutcome => {
  const { parameters, problems, asSent } = readParameters(search);
  const reader = createParameterReader(parameters, problems);
  const sort = sortingOf(reader, SORT_FIELDS, 'start_time');
  const text = textAskedOf(parameters, sort, problems);
  const query: TraceQuery = {
    filter: { ...filterOf(reader, parameters), ...(text === undefined ? {} : { text }) },
    sort,
    ...pagingOf(reader),
    count: reader.choice('count', ['exact', 'bounded']) === 'exact' ? 'exact' : 'bounded',
  };
  const include = reader.choice('include', ['spans']);
  const includeSpans = reader.flag('include_spans') === true || include === 'spans';
  if (problems.length > 0) return { status: 'refused', problems: asSent() };
  const applied = appliedBut(PAGING, parameters);
  return { status: 'parsed', query, includeSpans, applied };
};
