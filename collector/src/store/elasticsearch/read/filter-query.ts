import type { estypes } from '@elastic/elasticsearch';
import { keywordOf } from 'noveum-proto/elasticsearch';

import type { NumericField, NumericOperator, TextField, TraceFilter } from '../../trace-store.js';

type Query = estypes.QueryDslQueryContainer;

const FIELD_OF_TEXT: Readonly<Record<TextField, string>> = {
  traceKey: 'noveum.trace_key',
  name: 'name.keyword',
  environment: 'environment',
  status: 'status',
  userId: 'metadata.user_id',
  sessionId: 'metadata.session_id',
  service: 'services',
  model: 'models',
  provider: 'providers',
  type: 'span_types',
  errorType: 'error_types',
};

const FIELD_OF_NUMBER: Readonly<Record<NumericField, string>> = {
  duration_ms: 'duration_ms',
  span_count: 'span_count',
  error_count: 'error_count',
  total_cost: 'noveum.cost',
  total_tokens: 'noveum.tokens',
};

/** Elasticsearch's integers have 64 bits: a start beyond them is held as their end. */
const LATEST = 2n ** 63n - 1n;
const EARLIEST = -(2n ** 63n);

const equal = (field: string, text: string): Query => ({ term: { [field]: keywordOf(text) } });

const textsOf = (texts: TraceFilter['equals']): readonly (readonly [TextField, string])[] =>
  Object.entries(texts) as [TextField, string][];

const timeQuery = ({ endUnixNano, startUnixNano }: TraceFilter): readonly Query[] => {
  const from = startUnixNano === undefined || startUnixNano < EARLIEST ? undefined : startUnixNano;
  const to = endUnixNano === undefined || endUnixNano > LATEST ? undefined : endUnixNano;
  if (from === undefined && to === undefined) return [];
  const range = {
    ...(from === undefined ? {} : { gte: String(from > LATEST ? LATEST : from) }),
    ...(to === undefined ? {} : { lt: String(to < EARLIEST ? EARLIEST : to) }),
  };
  return [{ range: { 'noveum.start_unix_nano': range } }];
};

const comparison = (field: string, operator: Exclude<NumericOperator, 'neq'>, value: number): Query =>
  operator === 'eq' ? { term: { [field]: value } } : { range: { [field]: { [operator]: value } } };

const projectQuery = ({ notProject, project }: TraceFilter) => ({
  holds: project === null ? [] : [equal('project', project)],
  fails: notProject === undefined ? [] : [equal('project', notProject)],
});

/**
 * The heads of traces that a filter lets through, but for what it asks of texts. A trace that two indices hold comes
 * twice.
 */
export const filterQuery = (filter: TraceFilter): Query => {
  const { compare, equals, hasError, notEquals, tags } = filter;
  const ofProject = projectQuery(filter);
  const holds: Query[] = [{ term: { 'noveum.part': 0 } }, ...ofProject.holds, ...timeQuery(filter)];
  const fails: Query[] = [...ofProject.fails];
  for (const [field, text] of textsOf(equals)) holds.push(equal(FIELD_OF_TEXT[field], text));
  for (const [field, text] of textsOf(notEquals)) fails.push(equal(FIELD_OF_TEXT[field], text));
  for (const tag of tags) holds.push(equal('noveum.tags', tag));
  if (hasError !== undefined) holds.push({ term: { has_error: hasError } });
  for (const { field, operator, value } of compare)
    if (operator === 'neq') fails.push(comparison(FIELD_OF_NUMBER[field], 'eq', value));
    else holds.push(comparison(FIELD_OF_NUMBER[field], operator, value));
  return { bool: { filter: holds, ...(fails.length === 0 ? {} : { must_not: fails }) } };
};
