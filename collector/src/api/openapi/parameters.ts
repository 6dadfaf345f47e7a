import { COUNT, FLAG, listOf, NUMBER, type ParameterDoc, type Schema, TEXT, TIMESTAMP } from './types.js';

const query = (name: string, schema: Schema, example: string, description: string): ParameterDoc => ({
  name,
  in: 'query',
  description,
  schema,
  example,
});

/** The same parameter under the name that published clients use. */
const alias = (name: string, of: ParameterDoc): ParameterDoc => ({
  ...of,
  name,
  description: `The published clients' name of \`${of.name}\`.`,
});

const STATUSES = ['ok', 'error', 'timeout', 'cancelled', 'unset'];
const SPAN_TYPES = 'llm agent tool retrieval embedding rerank chain guardrail evaluator workflow span'.split(' ');
const OF_SPANS = 'of one of its spans';

const TEXTS: readonly (readonly [name: string, example: string, of: string, schema?: Schema])[] = [
  ['trace_id', '0af7651916cd43dd8448eb211c80319c', 'in any form'],
  ['name', 'POST /chat', 'of the trace'],
  ['environment', 'prod', 'of the trace'],
  ['status', 'ok', 'of the trace', { enum: STATUSES }],
  ['user_id', 'ada', 'of the trace'],
  ['session_id', 's-1', 'of the trace'],
  ['service', 'shop', OF_SPANS],
  ['model', 'gpt-4o', OF_SPANS],
  ['provider', 'openai', OF_SPANS],
  ['type', 'llm', OF_SPANS, { enum: SPAN_TYPES }],
  ['error_type', 'TimeoutError', OF_SPANS],
];

const equals = TEXTS.map(([name, example, of, schema = TEXT]) => query(name, schema, example, `Equal; ${of}.`));
const notEquals = TEXTS.map(([name, example, of, schema = TEXT]) =>
  query(`${name}_neq`, schema, example, `Not equal; ${of === OF_SPANS ? 'no span has it' : of}.`),
);

const COMPARED = ['duration_ms', 'span_count', 'error_count', 'total_cost', 'total_tokens'];
const OPERATORS = { gt: 'above', gte: 'at least', lt: 'below', lte: 'at most', eq: 'equal', neq: 'unequal' };

const comparisons = COMPARED.flatMap((name) =>
  Object.entries(OPERATORS).map(([operator, word]) =>
    query(`${name}_${operator}`, NUMBER, '3', `\`${name}\` ${word}; what has no such value is unequal to all.`),
  ),
);

const bounds = [
  ['duration_ms', 'duration_ms'],
  ['cost', 'attributes.total_cost'],
  ['tokens', 'attributes.total_tokens'],
].flatMap(([name = '', of = '']) => [
  query(`min_${name}`, NUMBER, '1', `At least, of \`${of}\`.`),
  query(`max_${name}`, NUMBER, '1000', `At most, of \`${of}\`.`),
]);

const START = query('start_time', TIMESTAMP, '2026-11-20T00:00:00Z', "From this on; of the trace's start.");
const END = query('end_time', TIMESTAMP, '2026-11-21T00:00:00Z', "Up to, not including; of the trace's start.");
const HAS_ERROR = query('has_error', FLAG, 'false', 'Whether a span failed.');

const named = (parameters: readonly ParameterDoc[], name: string): ParameterDoc => {
  const found = parameters.find((parameter) => parameter.name === name);
  if (found === undefined) throw new TypeError(`no parameter ${name}`);
  return found;
};

const PROJECT = query('project', TEXT, 'shop', "The project; another than the key's own is a 403.");

const PASSED_OVER = query('organizationId', TEXT, 'any', 'Sent by published clients; changes nothing.');

/** Which project: of every reading route. */
export const project: ParameterDoc = PROJECT;

/** Which traces: of lists, exports, streams and whatever else is asked of a set of traces. */
export const filters: readonly ParameterDoc[] = [
  PROJECT,
  query('project_neq', TEXT, 'bank', 'Every project but this.'),
  ...equals,
  ...notEquals,
  START,
  END,
  {
    ...query('tags', listOf(TEXT), 'red,team:blue', '`name` or `key:value`; all must hold; may be repeated.'),
    explode: false,
  },
  HAS_ERROR,
  ...bounds,
  ...comparisons,
  alias('startTime', START),
  alias('endTime', END),
  alias('userId', named(equals, 'user_id')),
  alias('sessionId', named(equals, 'session_id')),
  alias('userId_neq', named(notEquals, 'user_id_neq')),
  alias('sessionId_neq', named(notEquals, 'session_id_neq')),
  alias('service_name', named(equals, 'service')),
  alias('service_name_neq', named(notEquals, 'service_neq')),
  alias('hasError', HAS_ERROR),
  PASSED_OVER,
];

const WORDS = query(
  'q',
  TEXT,
  'word',
  'What texts must hold: words, `prefix*`, `"a phrase"`, `-without`; the latest first. ',
);

/** What texts must hold. */
export const texts: readonly ParameterDoc[] = [
  WORDS,
  query(
    'q_mode',
    { enum: ['words', 'substring'], default: 'words' },
    'words',
    'Beside `q`; `substring`: as it stands.',
  ),
  alias('searchTerm', WORDS),
  alias('search_term', WORDS),
];

export const limit = query(
  'limit',
  { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
  '2',
  'Traces of a page.',
);
export const offset = query(
  'offset',
  { type: 'integer', minimum: 0, maximum: 10_000, default: 0 },
  '0',
  'Traces that are skipped; with `limit` at most 10,000, beyond that by `cursor`.',
);
/** Names that published clients use for a page. */
export const sizes: readonly ParameterDoc[] = [alias('size', limit), alias('from', offset)];

const WHOLE = query('include_spans', FLAG, 'true', 'As `include=spans`.');

const sortBy = (fields: readonly string[], byDefault: string, example: string): ParameterDoc =>
  query(
    'sort',
    { type: 'string', pattern: `^(-?(${fields.join('|')})|(${fields.join('|')}):(asc|desc))$`, default: byDefault },
    example,
    'A field with `:asc` or `:desc` (default), or with a leading `-`.',
  );

const GROUP_FIELDS = 'last_seen first_seen trace_count span_count error_count total_tokens total_cost'.split(' ');

/** The order of sessions and users. */
export const groupSort = sortBy(GROUP_FIELDS, 'last_seen:desc', 'trace_count:desc');

const SENDER_SERVICE = query('service', TEXT, 'api', "The sender's `service.name`.");

/** Which senders, in which order. */
export const senderParameters: readonly ParameterDoc[] = [
  SENDER_SERVICE,
  alias('service_name', SENDER_SERVICE),
  PASSED_OVER,
  query('instance_id', TEXT, '0b7e5a4c-93f1-4d0e-8a52-6f3d2c1b0a99', 'One start of a process.'),
  sortBy(['last_seen', 'first_seen', 'created', 'received', 'lost'], 'last_seen:desc', 'lost:desc'),
];

const FACETS = 'environment status service model provider type user_id session_id tag name error_type'.split(' ');

const FACET_VALUES = query(
  'limit',
  { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
  '5',
  'Values a field.',
);

/** Which values. */
export const facetParameters: readonly ParameterDoc[] = [
  {
    ...query('field', { type: 'array', items: { enum: FACETS } }, 'model,provider', 'Default: all; may be repeated.'),
    explode: false,
  },
  query('prefix', { type: 'string', maxLength: 256 }, 'gpt', 'What values begin with, A–Z in either case.'),
  FACET_VALUES,
  alias('size', FACET_VALUES),
];

const SORT_FIELDS = ['start_time', 'duration_ms', 'total_cost', 'total_tokens', 'span_count'];

/** Where the page before ended. */
export const cursor = query('cursor', TEXT, '', '`next_cursor` of the page before.');

/** The order, and where to go on. */
export const order: readonly ParameterDoc[] = [
  sortBy(SORT_FIELDS, 'start_time:desc', 'duration_ms:asc'),
  { ...cursor, description: '`next_cursor` of the page before, with the same sort.' },
  query('count', { enum: ['exact', 'bounded'], default: 'bounded' }, 'exact', '`bounded`: totals stop at 10,000.'),
];

const ERASABLE = 'project user_id userId session_id sessionId start_time startTime end_time endTime'.split(' ');

/** What may be erased by. */
export const erasable: readonly ParameterDoc[] = [
  ...ERASABLE.map((name) => named(filters, name)),
  query('dry_run', FLAG, 'true', 'Erases nothing, and says how many would go.'),
];

/** Which part of a list, and in what form. */
export const page: readonly ParameterDoc[] = [
  limit,
  offset,
  query('include', { enum: ['spans'] }, 'spans', 'Whole traces.'),
  WHOLE,
  ...sizes,
  alias('includeSpans', WHOLE),
];

export const inPath = (name: string, example: string, description: string): ParameterDoc => ({
  name,
  in: 'path',
  description,
  schema: TEXT,
  example,
});

export const choice = (name: string, values: readonly string[], description: string): ParameterDoc =>
  query(name, { enum: values }, values[0] ?? '', description);

export const whole = (
  name: string,
  { minimum, maximum, byDefault }: { readonly minimum: number; readonly maximum: number; readonly byDefault: number },
  description: string,
): ParameterDoc =>
  query(name, { ...COUNT, minimum, maximum, default: byDefault }, String(Math.min(maximum, minimum + 1)), description);
