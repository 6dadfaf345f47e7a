import { nanosOfIso, SPAN_TYPES, traceKey } from 'noveum-proto';

import type { NumericField, NumericOperator, SortField, TextField, TraceFilter, TraceQuery } from '../store/index.js';
import { textAskedOf } from './text-parameters.js';
import { type ParameterProblem, type Parameters, readParameters } from './parameters.js';

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
const MAX_NANOS = 2n ** 63n - 1n;

const TEXT_PARAMETER: Readonly<Record<TextField, string>> = {
  traceKey: 'trace_id',
  name: 'name',
  environment: 'environment',
  status: 'status',
  userId: 'user_id',
  sessionId: 'session_id',
  service: 'service',
  model: 'model',
  provider: 'provider',
  type: 'type',
  errorType: 'error_type',
};

const CHOICES: Readonly<Partial<Record<TextField, readonly string[]>>> = {
  status: ['ok', 'error', 'timeout', 'cancelled', 'unset'],
  type: SPAN_TYPES,
};

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Stricter than `Number`, for which a blank is 0 and `0x10` is 16; NaN: no number. */
const decimalOf = (value: string): number => (DECIMAL.test(value) ? Number(value) : Number.NaN);

/** Reads values by name and notes what is wrong with them. */
const createReader = (parameters: Parameters, problems: ParameterProblem[]) => {
  const problem = (parameter: string, rule: string, value: string): void => {
    problems.push({ parameter, rule, value });
  };
  const text = (name: string): string | undefined => parameters.get(name)?.[0];
  /** What `read` makes of the value; undefined where it was not sent or, with a problem noted, where it breaks the rule. */
  const checked = <T>(name: string, rule: string, read: (value: string) => T | undefined): T | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const result = read(value);
    if (result === undefined) problem(name, rule, value);
    return result;
  };
  return {
    text,
    problem,
    number: (name: string) =>
      checked(name, 'must be a number', (value) => (Number.isFinite(decimalOf(value)) ? decimalOf(value) : undefined)),
    /** Clients send whole numbers as `0.0` too. */
    integer: (name: string, min: number, max: number) =>
      checked(name, `must be an integer from ${String(min)} to ${String(max)}`, (value) => {
        const number = decimalOf(value);
        return Number.isInteger(number) && number >= min && number <= max ? number : undefined;
      }),
    flag: (name: string) =>
      checked(name, 'must be true or false', (value) => {
        if (/^(true|1)$/i.test(value)) return true;
        return /^(false|0)$/i.test(value) ? false : undefined;
      }),
    nanos: (name: string) =>
      checked(name, 'must be an ISO 8601 time', (value) => {
        // A plus sign of an offset arrives as a space where the client did not encode it.
        const nanos = nanosOfIso(value.replace(/ (\d{2}:?\d{2})$/, '+$1'));
        return nanos !== null && nanos >= 0n && nanos <= MAX_NANOS ? nanos : undefined;
      }),
    choice: (name: string, choices: readonly string[]) =>
      checked(name, `must be one of ${choices.join(', ')}`, (value) => (choices.includes(value) ? value : undefined)),
  };
};

type Reader = ReturnType<typeof createReader>;

const texts = (reader: Reader, suffix: '' | '_neq'): Partial<Record<TextField, string>> => {
  const found: Partial<Record<TextField, string>> = {};
  for (const [field, name] of Object.entries(TEXT_PARAMETER) as [TextField, string][]) {
    const choices = CHOICES[field];
    const parameter = name + suffix;
    const value = choices === undefined ? reader.text(parameter) : reader.choice(parameter, choices);
    if (value !== undefined) found[field] = field === 'traceKey' ? traceKey(value) : value;
  }
  return found;
};

/** By the name that follows `min_` and `max_`. */
const BOUNDED: Readonly<Record<string, NumericField>> = {
  duration_ms: 'duration_ms',
  cost: 'total_cost',
  tokens: 'total_tokens',
};

const comparisons = (reader: Reader, parameters: Parameters): TraceFilter['compare'] => {
  const compare: { field: NumericField; operator: NumericOperator; value: number }[] = [];
  const add = (name: string, field: string, operator: string): void => {
    const value = reader.number(name);
    if (value !== undefined)
      compare.push({ field: field as NumericField, operator: operator as NumericOperator, value });
  };
  for (const [bounded, field] of Object.entries(BOUNDED)) {
    add(`min_${bounded}`, field, 'gte');
    add(`max_${bounded}`, field, 'lte');
  }
  for (const name of parameters.keys()) {
    const [, field, operator] = /^(duration_ms|span_count|error_count|total_cost|total_tokens)_(\w+)$/.exec(name) ?? [];
    if (field !== undefined && operator !== undefined) add(name, field, operator);
  }
  return compare;
};

const sortOf = (reader: Reader): TraceQuery['sort'] => {
  const sent = reader.text('sort') ?? 'start_time:desc';
  const plain = sent.startsWith('-') ? `${sent.slice(1)}:desc` : sent;
  const [field = '', direction = 'desc'] = plain.split(':');
  if (!SORT_FIELDS.includes(field) || (direction !== 'asc' && direction !== 'desc')) {
    reader.problem('sort', `must be one of ${SORT_FIELDS.join(', ')}, with :asc or :desc`, sent);
    return { field: 'start_time', direction: 'desc' };
  }
  return { field: field as SortField, direction };
};

const filterOf = (reader: Reader, parameters: Parameters): TraceFilter => {
  const start = reader.nanos('start_time');
  const end = reader.nanos('end_time');
  const hasError = reader.flag('has_error');
  const notProject = reader.text('project_neq');
  return {
    project: reader.text('project') ?? null,
    equals: texts(reader, ''),
    notEquals: texts(reader, '_neq'),
    tags: (parameters.get('tags') ?? []).flatMap((list) => list.split(',')).filter((tag) => tag !== ''),
    compare: comparisons(reader, parameters),
    ...(notProject === undefined ? {} : { notProject }),
    ...(start === undefined ? {} : { startUnixNano: start }),
    ...(end === undefined ? {} : { endUnixNano: end }),
    ...(hasError === undefined ? {} : { hasError }),
  };
};

const PAGING = ['limit', 'offset', 'cursor', 'sort', 'count', 'include', 'include_spans'];

/** Reads the query string of a list of traces. Every problem is found, none is guessed away. */
export const parseTraceQuery = (search: URLSearchParams): TraceQueryOutcome => {
  const { parameters, problems, sentAs } = readParameters(search);
  const reader = createReader(parameters, problems);
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
