import type { GroupedBy, GroupQuery, GroupSortField } from '../store/index.js';
import { createParameterReader, type ParameterReader } from './parameter-reader.js';
import { FILTERS, type ParameterProblem, readParameters } from './parameters.js';
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
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
const MAX_DEPTH = 10_000;
const PAGING = ['limit', 'offset', 'cursor', 'sort'];
const KNOWN = new Set([...FILTERS, ...PAGING]);

const sortOf = (reader: ParameterReader): GroupQuery['sort'] => {
  const sent = reader.text('sort') ?? 'last_seen:desc';
  const plain = sent.startsWith('-') ? `${sent.slice(1)}:desc` : sent;
  const [name = '', direction = 'desc'] = plain.split(':');
  const field = SORT_FIELDS.find((known) => known === name);
  if (field !== undefined && (direction === 'asc' || direction === 'desc')) return { field, direction };
  reader.problem('sort', `must be one of ${SORT_FIELDS.join(', ')}, with :asc or :desc`, sent);
  return { field: 'last_seen', direction: 'desc' };
};

/** Reads the query string of a list of sessions or users. */
export const parseGroupQuery = (by: GroupedBy, search: URLSearchParams): GroupQueryOutcome => {
  const { parameters, problems, sentAs } = readParameters(search, KNOWN);
  const reader = createParameterReader(parameters, problems);
  const limit = reader.integer('limit', 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
  const offset = reader.integer('offset', 0, MAX_DEPTH) ?? 0;
  const cursor = reader.text('cursor');
  if (cursor === undefined && offset + limit > MAX_DEPTH)
    reader.problem(
      'offset',
      `and limit must not pass ${String(MAX_DEPTH)} together; go on with cursor`,
      String(offset),
    );
  const query: GroupQuery = {
    by,
    filter: filterOf(reader, parameters),
    sort: sortOf(reader),
    limit,
    offset,
    ...(cursor === undefined ? {} : { cursor }),
  };
  if (problems.length > 0) {
    const told = problems.map((problem) => ({ ...problem, parameter: sentAs(problem.parameter) }));
    return { status: 'refused', problems: told };
  }
  const applied = Object.fromEntries(
    [...parameters].filter(([name]) => !PAGING.includes(name)).map(([name, values]) => [name, values.join(',')]),
  );
  return { status: 'parsed', query, applied };
};
