import type { Attributes, Json, TraceSummary } from 'noveum-proto';

import type { NumericOperator, TextField, TraceFilter } from '../trace-store.js';

/** Every value that a field of text has in a trace; a trace has any number of services. */
const textValues = (trace: TraceSummary, field: TextField): readonly (string | null)[] => {
  switch (field) {
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

const tagText = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

/** A tag is found by its name, and where it has a value by `name:value`. */
const hasTag = (tags: Attributes, wanted: string): boolean =>
  Object.entries(tags).some(
    ([name, value]) => name === wanted || (value !== true && value !== null && `${name}:${tagText(value)}` === wanted),
  );

const TEXT_FIELDS: readonly TextField[] = ['environment', 'status', 'userId', 'sessionId', 'service'];

const matchesTexts = (trace: TraceSummary, { equals, notEquals }: TraceFilter): boolean =>
  TEXT_FIELDS.every((field) => {
    const values = textValues(trace, field);
    const wanted = equals[field];
    const unwanted = notEquals[field];
    return (wanted === undefined || values.includes(wanted)) && (unwanted === undefined || !values.includes(unwanted));
  });

const matchesTime = (trace: TraceSummary, { startUnixNano, endUnixNano }: TraceFilter): boolean => {
  const start = BigInt(trace.start_unix_nano);
  return (startUnixNano === undefined || start >= startUnixNano) && (endUnixNano === undefined || start < endUnixNano);
};

/** What a filter means, said over the document: every store answers as this does. */
export const matches = (trace: TraceSummary, filter: TraceFilter): boolean =>
  (filter.project === null || trace.project === filter.project) &&
  matchesTime(trace, filter) &&
  matchesTexts(trace, filter) &&
  filter.tags.every((tag) => hasTag(trace.metadata.tags, tag)) &&
  (filter.hasError === undefined || filter.hasError === trace.error_count > 0) &&
  filter.compare.every(({ field, operator, value }) => compares(trace[field], operator, value));
