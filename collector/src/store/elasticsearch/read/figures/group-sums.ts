import { COUNTED_OTHERS, type GroupedBy, SHOWN_OTHERS, type TraceGroup } from '../../../group-query.js';
import { both, NAMING_FIELDS } from './fields.js';
import type { Aggregations, Query, Searches } from './searches.js';

/** A session or user by keywords. */
export interface GroupName {
  readonly id: string;
  readonly project: string;
}

/** As many as an answer has room for, where each is counted others of one by one. */
const AT_ONCE = 50;
const COST_UNITS = 1e9;

interface Stats {
  readonly count: number;
  readonly sum: number | null;
}

/** The one trace at an end of a group, whose time is told to the nanosecond: `min` and `max` are doubles. */
interface Edge {
  readonly hits: { readonly hits: readonly { readonly fields: Readonly<Record<string, readonly string[]>> }[] };
}

interface Found {
  readonly spans: { readonly value: number };
  readonly errors: { readonly value: number };
  readonly tokens: Stats;
  readonly cost: Stats;
  readonly first: Edge;
  readonly last: Edge;
  readonly end: Edge;
  readonly others: { readonly buckets: readonly { readonly key: string }[] };
}

const START = 'noveum.start_unix_nano';
const END = 'noveum.seen_until_unix_nano';

const edge = (field: string, order: 'asc' | 'desc') => ({
  top_hits: { size: 1, sort: [{ [field]: order }], _source: false, docvalue_fields: [{ field, format: '#' }] },
});

const aggregationsOf = (by: GroupedBy): Aggregations => ({
  spans: { sum: { field: 'span_count' } },
  errors: { sum: { field: 'error_count' } },
  tokens: { stats: { field: 'noveum.tokens' } },
  cost: { stats: { field: 'noveum.cost_nano' } },
  first: edge(START, 'asc'),
  last: edge(START, 'desc'),
  end: edge(END, 'desc'),
  others: { terms: { field: NAMING_FIELDS[by].other, size: COUNTED_OTHERS + 1, order: { _key: 'asc' } } },
});

const nanosOf = ({ hits }: Edge, field: string): bigint => BigInt(hits.hits[0]?.fields[field]?.[0] ?? 0);

const sumOf = ({ count, sum }: Stats): number | null => (count === 0 ? null : sum);

const othersOf = (others: readonly string[]): TraceGroup['others'] => {
  const isMany = others.length > COUNTED_OTHERS;
  return {
    first: [...others].sort().slice(0, SHOWN_OTHERS),
    count: isMany ? COUNTED_OTHERS : others.length,
    relation: isMany ? 'gte' : 'eq',
  };
};

const groupOf = ({ id, project }: GroupName, traceCount: number, found: Found): TraceGroup => {
  const costUnits = sumOf(found.cost);
  return {
    project,
    id,
    traceCount,
    spanCount: found.spans.value,
    errorCount: found.errors.value,
    totalTokens: sumOf(found.tokens),
    totalCost: costUnits === null ? null : costUnits / COST_UNITS,
    firstUnixNano: nanosOf(found.first, START),
    lastUnixNano: nanosOf(found.last, START),
    endUnixNano: nanosOf(found.end, END),
    others: othersOf(found.others.buckets.map(({ key }) => key)),
  };
};

const nameOf = ({ id, project }: GroupName): string => JSON.stringify([id, project]);

/** All of these groups over the traces that a query lets through, exact, in any order, told by keywords. */
export const sumGroups = async (
  searches: Searches,
  query: Query,
  by: GroupedBy,
  names: readonly GroupName[],
): Promise<TraceGroup[]> => {
  const wanted = new Set(names.map(nameOf));
  const ids = [...new Set(names.map(({ id }) => id))];
  const { id: field } = NAMING_FIELDS[by];
  const groups: TraceGroup[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    const found = await searches.combine<GroupName, Found>({
      query: both(query, { terms: { [field]: some } }),
      sources: [{ id: { terms: { field } } }, { project: { terms: { field: 'project' } } }],
      aggregations: aggregationsOf(by),
      atOnce: AT_ONCE,
    });
    for (const { doc_count: count, key, ...sums } of found)
      if (wanted.has(nameOf(key))) groups.push(groupOf(key, count, sums));
  }
  return groups;
};
