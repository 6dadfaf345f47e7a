import { SPAN_TYPES, traceKey } from 'noveum-proto';

import type { NumericField, NumericOperator, TextField, TraceFilter } from '../store/index.js';
import type { ParameterReader } from './parameter-reader.js';
import type { Parameters } from './parameters.js';

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

const texts = (reader: ParameterReader, suffix: '' | '_neq'): Partial<Record<TextField, string>> => {
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

const comparisons = (reader: ParameterReader, parameters: Parameters): TraceFilter['compare'] => {
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

/** What a list's filter parameters mean; what is asked of texts comes apart. */
export const filterOf = (reader: ParameterReader, parameters: Parameters): TraceFilter => {
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
