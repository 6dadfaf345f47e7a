import type { TextField, TraceFilter } from './trace-filter.js';

/** What traces are found by and a user may want to be told the values of. */
export type FacetField = Exclude<TextField, 'traceKey'> | 'tag';

export interface FacetQuery {
  /** The traces whose values are counted. */
  readonly filter: TraceFilter;
  readonly fields: readonly FacetField[];
  /** Values that begin with it, the letters A–Z in either case; empty: any. */
  readonly prefix: string;
  /** Values a field; 1–1000. */
  readonly limit: number;
}

export interface FacetValue {
  readonly value: string;
  /** Of traces. */
  readonly count: number;
}

export interface Facet {
  /** Those of the most traces first, ties by value. */
  readonly values: readonly FacetValue[];
  /** How many values there are, whatever the limit. */
  readonly totalValues: number;
  /** `gte`: there are more values than were looked at, so that each number may be greater and some value be missing. */
  readonly relation: 'eq' | 'gte';
}

export type Facets = ReadonlyMap<FacetField, Facet>;

const lowerAscii = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a value begins with a prefix, as `FacetQuery` means it. */
export const beginsWith = (prefix: string): ((value: string) => boolean) => {
  const wanted = lowerAscii(prefix);
  return (value) => lowerAscii(value.slice(0, prefix.length)) === wanted;
};

/** The first values by the order of facets. */
export const mostFirst = (counts: Iterable<readonly [string, number]>, limit: number): FacetValue[] =>
  [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, limit);
