import type { TraceFilter } from './trace-filter.js';

/** Sessions and users: the traces that name the same one, in one project. */
export type GroupedBy = 'sessionId' | 'userId';

export type GroupSortField =
  'last_seen' | 'first_seen' | 'trace_count' | 'span_count' | 'error_count' | 'total_tokens' | 'total_cost';

export interface GroupQuery {
  readonly by: GroupedBy;
  /** Only what it lets through is counted and summed up. */
  readonly filter: TraceFilter;
  /** What has no such value (none of its traces is priced) counts as the lowest; ties go by id, then project. */
  readonly sort: { readonly field: GroupSortField; readonly direction: 'asc' | 'desc' };
  /** 1–1000. */
  readonly limit: number;
  /** `offset + limit` ≤ 10,000; ignored where a cursor is given. */
  readonly offset: number;
  readonly cursor?: string;
}

export interface TraceGroup {
  readonly project: string;
  readonly id: string;
  readonly traceCount: number;
  readonly spanCount: number;
  /** Of spans. */
  readonly errorCount: number;
  /** null: of no trace known. */
  readonly totalTokens: number | null;
  readonly totalCost: number | null;
  /** The start of the first trace, and of the last. */
  readonly firstUnixNano: bigint;
  readonly lastUnixNano: bigint;
  /** The latest end; of what has not ended its start. */
  readonly endUnixNano: bigint;
  /** Users of a session, sessions of a user. */
  readonly others: {
    /** The first ten by their names. */
    readonly first: readonly string[];
    /** Counted to 1,000. */
    readonly count: number;
    readonly relation: 'eq' | 'gte';
  };
}

export interface GroupPage {
  readonly groups: readonly TraceGroup[];
  readonly total: number;
  /** `gte` where counting stopped at 10,000. */
  readonly totalRelation: 'eq' | 'gte';
  /** Opaque; null at the end. */
  readonly nextCursor: string | null;
}

/** What `groups` throws where a sort would have to look at more groups than it may: the client can narrow the time. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

export const SHOWN_OTHERS = 10;
export const COUNTED_OTHERS = 1_000;
export const COUNTED_GROUPS = 10_000;

/** A group's place in a sorted list: the whole of it, so that no two groups share one. */
export interface GroupPlace {
  readonly value: bigint | number | null;
  readonly id: string;
  readonly project: string;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compareValues = (a: GroupPlace['value'], b: GroupPlace['value']): number => {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return a < b ? -1 : a > b ? 1 : 0;
};

export const compareGroups = (a: GroupPlace, b: GroupPlace, direction: 'asc' | 'desc'): number => {
  const order = compareValues(a.value, b.value);
  return (direction === 'asc' ? order : -order) || compareTexts(a.id, b.id) || compareTexts(a.project, b.project);
};

export const groupValue = (group: TraceGroup, field: GroupSortField): GroupPlace['value'] => {
  switch (field) {
    case 'last_seen':
      return group.lastUnixNano;
    case 'first_seen':
      return group.firstUnixNano;
    case 'trace_count':
      return group.traceCount;
    case 'span_count':
      return group.spanCount;
    case 'error_count':
      return group.errorCount;
    case 'total_tokens':
      return group.totalTokens;
    case 'total_cost':
      return group.totalCost;
  }
};
