import type { FacetField, FacetQuery } from '../store/index.js';
import { createParameterReader } from './parameter-reader.js';
import { limitOf } from './paging.js';
import { appliedBut, FILTERS, type ParameterProblem, readParameters } from './parameters.js';
import { filterOf } from './parse-filter.js';

export type FacetQueryOutcome =
  | {
      readonly status: 'parsed';
      readonly query: FacetQuery;
      readonly applied: Readonly<Record<string, unknown>>;
    }
  | { readonly status: 'refused'; readonly problems: readonly ParameterProblem[] };

const MAX_PREFIX = 256;

const FIELD_NAME = {
  userId: 'user_id',
  sessionId: 'session_id',
  errorType: 'error_type',
} as const satisfies Partial<Record<FacetField, string>>;

/** As the API has it. */
export const facetName = (field: FacetField): string =>
  (FIELD_NAME as Partial<Record<FacetField, string>>)[field] ?? field;

/** In the order in which they are told. */
export const FACET_FIELDS: readonly FacetField[] = [
  'environment',
  'status',
  'service',
  'model',
  'provider',
  'type',
  'userId',
  'sessionId',
  'tag',
  'name',
  'errorType',
];

const FIELDS = new Map(FACET_FIELDS.map((field) => [facetName(field), field]));

const OWN = ['field', 'prefix', 'limit'];
const KNOWN = new Set([...FILTERS, ...OWN]);

/** Reads the query string of facets; without fields all are meant. */
export const parseFacetQuery = (search: URLSearchParams): FacetQueryOutcome => {
  const { parameters, problems, asSent } = readParameters(search, KNOWN);
  const reader = createParameterReader(parameters, problems);
  const fields = new Set<FacetField>();
  for (const name of (parameters.get('field') ?? []).flatMap((list) => list.split(','))) {
    const field = FIELDS.get(name);
    if (field === undefined) reader.problem('field', `must be one of ${[...FIELDS.keys()].join(', ')}`, name);
    else fields.add(field);
  }
  const prefix = reader.text('prefix') ?? '';
  if (prefix.length > MAX_PREFIX)
    reader.problem('prefix', `must have at most ${String(MAX_PREFIX)} characters`, prefix);
  const query: FacetQuery = {
    filter: filterOf(reader, parameters),
    fields: fields.size === 0 ? FACET_FIELDS : [...fields],
    prefix,
    limit: limitOf(reader),
  };
  if (problems.length > 0) return { status: 'refused', problems: asSent() };
  const applied = appliedBut(OWN, parameters);
  return { status: 'parsed', query, applied };
};
