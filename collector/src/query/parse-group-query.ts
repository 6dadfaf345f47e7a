import type { GroupedBy, GroupQuery, GroupSortField } from '../store/index.js';
import { createParameterReader } from './parameter-reader.js';
import { pagingOf, sortingOf } from './paging.js';
import { appliedBut, FILTERS, type ParameterProblem, readParameters } from './parameters.js';
import { filterOf } from './parse-filter.js';

export type GroupQueryOutcome =
  | {
      readonly status: 'parsed';
      readonly query: GroupQuery;
      readonly applied: Readonly<Record<string, unknown>>;
    }
  | { readonly status: 'refused'; readonly problems: readonly ParameterProblem[] };

const SORT_FIELDS: readonly GroupSortField[] = [
  'last_seen',
  'first_seen',
  'trace_count',
  'span_count',
  'error_count',
  'total_tokens',
  'total_cost',
];
const PAGING = ['limit', 'offset', 'cursor', 'sort'];
const KNOWN = new Set([...FILTERS, ...PAGING]);

/** Reads the query string of a list of sessions or users. */
export const parseGroupQuery = (by: GroupedBy, search: URLSearchParams): GroupQueryOutcome => {
  const { parameters, problems, asSent } = readParameters(search, KNOWN);
  const reader = createParameterReader(parameters, problems);
  const query: GroupQuery = {
    by,
    filter: filterOf(reader, parameters),
    sort: sortingOf(reader, SORT_FIELDS, 'last_seen'),
    ...pagingOf(reader),
  };
  if (problems.length > 0) return { status: 'refused', problems: asSent() };
  const applied = appliedBut(PAGING, parameters);
  return { status: 'parsed', query, applied };
};
