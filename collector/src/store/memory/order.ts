import type { TraceSummary } from 'noveum-proto';

import type { SortField, TraceQuery } from '../trace-store.js';

export type Sort = TraceQuery['sort'];

/** A trace's place in a sorted list: the whole of it, so that no two traces share one. */
export interface Place {
  /** Decimal for `start_time`, so that nanoseconds are exact; null: the trace has no such value. */
  readonly value: string | number | null;
  readonly traceKey: string;
  readonly project: string;
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const valueOf = (trace: TraceSummary, field: SortField): string | number | null => {
  switch (field) {
    case 'start_time':
      return trace.start_unix_nano;
    case 'duration_ms':
      return trace.duration_ms;
    case 'span_count':
      return trace.span_count;
    case 'total_cost':
    case 'total_tokens':
      return numberOrNull(trace.attributes[field]);
  }
};

export const placeOf = (trace: TraceSummary, field: SortField): Place => ({
  value: valueOf(trace, field),
  traceKey: trace.trace_key,
  project: trace.project,
});

const compareValues = (a: string | number, b: string | number): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A missing value is the lowest; ties go by trace_key, then project, ascending in either direction. */
export const comparePlaces = (a: Place, b: Place, direction: Sort['direction']): number => {
  const ties = compareTexts(a.traceKey, b.traceKey) || compareTexts(a.project, b.project);
  const order =
    a.value === null || b.value === null
      ? Number(b.value === null) - Number(a.value === null)
      : compareValues(a.value, b.value);
  return (direction === 'asc' ? order : -order) || ties;
};
