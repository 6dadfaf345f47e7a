import type { Attributes, Json, TraceSummary } from 'noveum-proto';

import type { NumericField, NumericOperator, TextField, TraceFilter } from './trace-store.js';

/** Every value that a field of text has in a trace. */
export const textValues = (trace: TraceSummary, field: TextField): readonly (string | null)[] => {
  switch (field) {
    case 'traceKey':
      return [trace.trace_key];
    case 'name':
      return [trace.name];
    case 'environment':
      return [trace.environment];
    case 'status':
      return [trace.status];
    case 'userId':
      return [trace.metadata.user_id];
    case 'sessionId':
      return [trace.metadata.session_id];
    case 'service':
      return trace.services;
    case 'model':
      return trace.models;
    case 'provider':
      return trace.providers;
    case 'type':
      return trace.span_types;
    case 'errorType':
      return trace.error_types;
  }
};

/** A value that is missing is unequal to everything, and neither above nor below it. */
const compares = (value: number | null, operator: NumericOperator, bound: number): boolean => {
  if (value === null) return operator === 'neq';
  switch (operator) {
    case 'gt':
      return value > bound;
    case 'gte':
      return value >= bound;
    case 'lt':
      return value < bound;
    case 'lte':
      return value <= bound;
    case 'eq':
      return value === bound;
    case 'neq':
      return value !== bound;
  }
};

export const numberOf = (trace: TraceSummary, field: NumericField): number | null => {
  const value = field === 'total_cost' || field === 'total_tokens' ? trace.attributes[field] : trace[field];
  return typeof value === 'number' ? value : null;
};

const tagText = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** A tag is found by its name, and where it has a value by `name:value`. */
export const tagNames = (tags: Attributes): string[] =>
  Object.entries(tags).flatMap(([name, value]) =>
    value === true || value === null ? [name] : [name, `${name}:${tagText(value)}`],
  );

const entriesOf = (texts: TraceFilter['equals']): [TextField, string][] =>
  Object.entries(texts) as [TextField, string][];

const matchesTexts = (trace: TraceSummary, { equals, notEquals }: TraceFilter): boolean =>
  entriesOf(equals).every(([field, wanted]) => textValues(trace, field).includes(wanted)) &&
  entriesOf(notEquals).every(([field, unwanted]) => !textValues(trace, field).includes(unwanted));

const matchesTime = (trace: TraceSummary, { startUnixNano, endUnixNano }: TraceFilter): boolean => {
  const start = BigInt(trace.start_unix_nano);
  return (startUnixNano === undefined || start >= startUnixNano) && (endUnixNano === undefined || start < endUnixNano);
};

/** What a filter means, said over the document: every store answers as this does. */
export const matches = (trace: TraceSummary, filter: TraceFilter): boolean =>
  (filter.project === null || trace.project === filter.project) &&
  trace.project !== filter.notProject &&
  matchesTime(trace, filter) &&
  matchesTexts(trace, filter) &&
  filter.tags.every((tag) => tagNames(trace.metadata.tags).includes(tag)) &&
  (filter.hasError === undefined || filter.hasError === trace.error_count > 0) &&
  filter.compare.every(({ field, operator, value }) => compares(numberOf(trace, field), operator, value));

/** Of these filters those that a trace fits, by their places in the list. */
export const fittingFilters = (trace: TraceSummary, filters: readonly TraceFilter[]): readonly number[] =>
  filters.flatMap((filter, at) => (matches(trace, filter) ? [at] : []));
