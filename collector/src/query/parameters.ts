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
  service_name: 'service',
  service_name_neq: 'service_neq',
};

/** What the published clients send and nothing here depends on: all keys are of one organisation. */
const PASSED_OVER = new Set(['organizationId']);

const TEXTS = 'trace_id name environment status user_id session_id service model provider type error_type'.split(' ');
const COMPARED = ['duration_ms', 'span_count', 'error_count', 'total_cost', 'total_tokens'] as const;
const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;

/** Those by which traces are let through. */
export const FILTERS: readonly string[] = [
  ...TEXTS,
  ...TEXTS.map((name) => `${name}_neq`),
  ...'project project_neq tags start_time end_time has_error'.split(' '),
  ...'min_duration_ms max_duration_ms min_cost max_cost min_tokens max_tokens'.split(' '),
  ...COMPARED.flatMap((name) => OPERATORS.map((operator) => `${name}_${operator}`)),
];

const OF_LISTS = new Set([...FILTERS, ...'q q_mode limit offset cursor sort count include include_spans'.split(' ')]);

/** They may be sent several times, each a list. */
const REPEATED = new Set(['tags', 'field']);

/** Values by canonical name, in the order that they were sent. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

export interface ReadParameters {
  readonly parameters: Parameters;
  readonly problems: ParameterProblem[];
  /** The problems by now, each under the name that its parameter came by. */
  readonly asSent: () => ParameterProblem[];
}

/** What narrows the answer, as it was sent: all but `own`, which say what is answered and how much of it. */
export const appliedBut = (own: readonly string[], parameters: Parameters): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...parameters].filter(([name]) => !own.includes(name)).map(([name, values]) => [name, values.join(',')]),
  );

/** `known`: what the route takes, by canonical names. */
export const readParameters = (search: URLSearchParams, known: ReadonlySet<string> = OF_LISTS): ReadParameters => {
  const parameters = new Map<string, string[]>();
  const sentNames = new Map<string, string>();
  const problems: ParameterProblem[] = [];
  for (const [sent, value] of search) {
    const name = ALIASES[sent] ?? sent;
    if (PASSED_OVER.has(name)) continue;
    if (!known.has(name)) problems.push({ parameter: sent, rule: 'is not a parameter of this route', value });
    else if (value !== '') {
      parameters.set(name, [...(parameters.get(name) ?? []), value]);
      sentNames.set(name, sent);
    }
  }
  for (const [name, values] of parameters)
    if (!REPEATED.has(name) && new Set(values).size > 1)
      problems.push({ parameter: name, rule: 'must be given once', value: values.join(', ') });
  const asSent = (): ParameterProblem[] =>
    problems.map((problem) => ({ ...problem, parameter: sentNames.get(problem.parameter) ?? problem.parameter }));
  return { parameters, problems, asSent };
};
