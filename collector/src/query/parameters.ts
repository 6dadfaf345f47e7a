/** A parameter that can't be taken: its name as sent, the rule that it broke, and its value. */
export interface ParameterProblem {
  readonly parameter: string;
  readonly rule: string;
  readonly value: string;
}

/** Names that published clients use, and ours. */
const ALIASES: Readonly<Record<string, string>> = {
  size: 'limit',
  from: 'offset',
  startTime: 'start_time',
  endTime: 'end_time',
  userId: 'user_id',
  sessionId: 'session_id',
  searchTerm: 'q',
  search_term: 'q',
  includeSpans: 'include_spans',
  hasError: 'has_error',
  userId_neq: 'user_id_neq',
  sessionId_neq: 'session_id_neq',
};

const COMPARED = ['duration_ms', 'span_count', 'error_count'] as const;
const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;

const KNOWN = new Set([
  ...'project environment status user_id session_id service tags start_time end_time'.split(' '),
  ...'limit offset cursor sort count include include_spans has_error min_duration_ms max_duration_ms'.split(' '),
  ...['environment', 'status', 'user_id', 'session_id', 'service'].map((name) => `${name}_neq`),
  ...COMPARED.flatMap((name) => OPERATORS.map((operator) => `${name}_${operator}`)),
]);

/** They come with the dialects, prices and text. */
const NOT_YET = new Set(['q', 'q_mode', 'model', 'provider', 'type', 'min_cost']);

/** Values by canonical name, in the order that they were sent. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

export const readParameters = (search: URLSearchParams): { parameters: Parameters; problems: ParameterProblem[] } => {
  const parameters = new Map<string, string[]>();
  const problems: ParameterProblem[] = [];
  for (const [sent, value] of search) {
    const name = ALIASES[sent] ?? sent;
    if (NOT_YET.has(name)) problems.push({ parameter: sent, rule: 'is not supported in this version', value });
    else if (!KNOWN.has(name)) problems.push({ parameter: sent, rule: 'is not a parameter of this route', value });
    else if (value !== '') parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  for (const [name, values] of parameters)
    if (name !== 'tags' && new Set(values).size > 1)
      problems.push({ parameter: name, rule: 'must be given once', value: values.join(', ') });
  return { parameters, problems };
};
