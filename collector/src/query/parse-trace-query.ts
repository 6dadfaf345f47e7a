import type { SortField, TraceQuery } from '../store/index.js';
import { createParameterReader, type ParameterReader } from './parameter-reader.js';
import { filterOf } from './parse-filter.js';
import { textAskedOf } from './text-parameters.js';
import { type ParameterProblem, readParameters } from './parameters.js';

export type TraceQueryOutcome =
  | {
      readonly status: 'parsed';
      readonly query: TraceQuery;
      /** The traces are to be given whole. */
      readonly includeSpans: boolean;
      readonly applied: Readonly<Record<string, unknown>>;
    }
  | { readonly status: 'refused'; readonly problems: readonly ParameterProblem[] };

const SORT_FIELDS: readonly string[] = ['start_time', 'duration_ms', 'total_cost', 'total_tokens', 'span_count'];
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
const MAX_DEPTH = 10_000;

const sortOf = (reader: ParameterReader): TraceQuery['sort'] => {
  const sent = reader.text('sort') ?? 'start_time:desc';
  const plain = sent.startsWith('-') ? `${sent.slice(1)}:desc` : sent;
  const [field = '', direction = 'desc'] = plain.split(':');
  if (!SORT_FIELDS.includes(field) || (direction !== 'asc' && direction !== 'desc')) {
    reader.problem('sort', `must be one of ${SORT_FIELDS.join(', ')}, with :asc or :desc`, sent);
    return { field: 'start_time', direction: 'desc' };
  }
  return { field: field as SortField, direction };
};

const PAGING = ['limit', 'offset', 'cursor', 'sort', 'count', 'include', 'include_spans'];

/** Reads the query string of a list of traces. Every problem is found, none is guessed away. */
export const parseTraceQuery = (search: URLSearchParams): TraceQueryOutcome => {
  const { parameters, problems, sentAs } = readParameters(search);
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
  const sort = sortOf(reader);
  const text = textAskedOf(parameters, sort, problems);
  const query: TraceQuery = {
    filter: { ...filterOf(reader, parameters), ...(text === undefined ? {} : { text }) },
    sort,
    limit,
    offset,
    ...(cursor === undefined ? {} : { cursor }),
    count: reader.choice('count', ['exact', 'bounded']) === 'exact' ? 'exact' : 'bounded',
  };
  const include = reader.choice('include', ['spans']);
  const includeSpans = reader.flag('include_spans') === true || include === 'spans';
  if (problems.length > 0) {
    const told = problems.map((problem) => ({ ...problem, parameter: sentAs(problem.parameter) }));
    return { status: 'refused', problems: told };
  }
  const applied = Object.fromEntries(
    [...parameters].filter(([name]) => !PAGING.includes(name)).map(([name, values]) => [name, values.join(',')]),
  );
  return { status: 'parsed', query, includeSpans, applied };
};
