import type { estypes } from '@elastic/elasticsearch';

import { type GroupPlace, type GroupQuery, type GroupSortField, TooManyGroups } from '../../../group-query.js';
import { both, NAMING_FIELDS } from './fields.js';
import type { GroupName } from './group-sums.js';
import type { Aggregations, Query, Searches } from './searches.js';

/** A group's place by numbers as Elasticsearch sums them: of times to 256 nanoseconds. */
export interface NearPlace extends GroupName {
  readonly value: number | null;
}

export interface Places {
  /** In order; those behind the cursor, and some that have the same number as it. */
  readonly near: readonly NearPlace[];
  /** No group is left out that belongs here. */
  readonly isWhole: boolean;
  /** How many groups there are at all; null: not counted on the way. */
  readonly groups: number | null;
}

const AT_ONCE = 20_000;
const COST_UNITS = 1e9;

const START = 'noveum.start_unix_nano';

export const isTime = (field: GroupSortField): boolean => field === 'first_seen' || field === 'last_seen';

/** The latest and the earliest of a group are those of one trace: the first groups are found without the others. */
export const isOfOneTrace = ({ direction, field }: GroupQuery['sort']): boolean =>
  (field === 'last_seen' && direction === 'desc') || (field === 'first_seen' && direction === 'asc');

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const compareNear = (a: NearPlace, b: NearPlace, direction: 'asc' | 'desc'): number => {
  const order =
    (a.value ?? -Infinity) === (b.value ?? -Infinity) ? 0 : (a.value ?? -Infinity) < (b.value ?? -Infinity) ? -1 : 1;
  return (direction === 'asc' ? order : -order) || compareTexts(a.id, b.id) || compareTexts(a.project, b.project);
};

const nearOf = ({ id, project, value }: GroupPlace): NearPlace => ({
  id,
  project,
  value: value === null ? null : Number(value),
});

const isBehind = (place: NearPlace, after: GroupPlace | null, { direction, field }: GroupQuery['sort']): boolean => {
  if (after === null) return true;
  const near = nearOf(after);
  return (isTime(field) && place.value === near.value) || compareNear(place, near, direction) > 0;
};

const valueAggregation = (field: GroupSortField): estypes.AggregationsAggregationContainer | null => {
  switch (field) {
    case 'last_seen':
      return { max: { field: START } };
    case 'first_seen':
      return { min: { field: START } };
    case 'trace_count':
      return null;
    case 'span_count':
      return { sum: { field: 'span_count' } };
    case 'error_count':
      return { sum: { field: 'error_count' } };
    case 'total_tokens':
      return { stats: { field: 'noveum.tokens' } };
    case 'total_cost':
      return { stats: { field: 'noveum.cost_nano' } };
  }
};

interface Found {
  readonly value?: { readonly value?: number | null; readonly sum?: number | null; readonly count?: number };
}

const valueOf = (field: GroupSortField, traces: number, { value }: Found): number | null => {
  if (value === undefined) return traces;
  if (value.count === undefined) return value.value ?? null;
  if (value.count === 0) return null;
  return field === 'total_cost' ? (value.sum ?? 0) / COST_UNITS : (value.sum ?? 0);
};

/** The groups of a query, each with what it is sorted by; one more than `most` where there are more. */
const placesOf = async (
  searches: Searches,
  query: Query,
  { by, sort }: GroupQuery,
  most: number,
): Promise<NearPlace[]> => {
  const value = valueAggregation(sort.field);
  const aggregations: Aggregations = value === null ? {} : { value };
  const found = await searches.combine<GroupName, Found>({
    query,
    sources: [{ id: { terms: { field: NAMING_FIELDS[by].id } } }, { project: { terms: { field: 'project' } } }],
    aggregations,
    most,
    atOnce: AT_ONCE,
  });
  return found.map(({ doc_count: traces, key, ...rest }) => ({ ...key, value: valueOf(sort.field, traces, rest) }));
};

/** Every group, put in order here. Throws TooManyGroups. */
export const allPlaces = async (
  searches: Searches,
  query: Query,
  asked: GroupQuery,
  { after, most }: { readonly after: GroupPlace | null; readonly most: number },
): Promise<Places> => {
  const { sort } = asked;
  const places = await placesOf(searches, query, asked, most);
  if (places.length > most)
    throw new TooManyGroups(
      `sort by ${sort.field} would have to look at more than ${String(most)}; narrow the time, or sort by last_seen:desc`,
    );
  return {
    near: places.filter((place) => isBehind(place, after, sort)).sort((a, b) => compareNear(a, b, sort.direction)),
    isWhole: true,
    groups: places.length,
  };
};

interface Candidates {
  readonly groups: {
    readonly buckets: readonly { readonly key: string; readonly value: { readonly value: number | null } }[];
  };
}

/**
 * The first groups, by their one trace that counts: looks at `count` of them, of the traces behind the cursor. A group
 * that has another before it was on an earlier page; so all that are found are summed up anew. Throws TooManyGroups.
 */
export const firstPlaces = async (
  searches: Searches,
  query: Query,
  asked: GroupQuery,
  { after, count, most }: { readonly after: GroupPlace | null; readonly count: number; readonly most: number },
): Promise<Places> => {
  const { by, filter, sort } = asked;
  const { id: field } = NAMING_FIELDS[by];
  const value = valueAggregation(sort.field) ?? {};
  if (count > most)
    throw new TooManyGroups(`this page would have to look at more than ${String(most)}; narrow the time`);
  const bound =
    after === null
      ? []
      : [{ range: { [START]: { [sort.direction === 'desc' ? 'lte' : 'gte']: String(after.value) } } }];
  const { groups } = await searches.aggregate<Candidates>(both(query, ...bound), {
    groups: { terms: { field, size: count, order: { value: sort.direction } }, aggregations: { value } },
  });
  const { buckets } = groups;
  const last = buckets.length < count ? undefined : buckets.at(-1)?.value.value;
  const { project } = filter;
  const places =
    after === null && project !== null
      ? buckets.map(({ key: id, value: { value: number } }) => ({ id, project, value: number }))
      : await placesOf(searches, both(query, { terms: { [field]: buckets.map(({ key }) => key) } }), asked, Infinity);
  const near = places
    .filter((place) => isBehind(place, after, sort))
    .sort((a, b) => compareNear(a, b, sort.direction))
    // What has the last one's time may have others beside it that were not looked at.
    .filter(
      (place) =>
        last === undefined ||
        last === null ||
        (sort.direction === 'desc' ? Number(place.value) > last : Number(place.value) < last),
    );
  return {
    near,
    isWhole: last === undefined,
    groups: null,
  };
};

/** Counted to one more than `most`. */
export const countGroups = async (
  searches: Searches,
  query: Query,
  by: GroupQuery['by'],
  most: number,
): Promise<number> =>
  (
    await searches.combine({
      query,
      sources: [{ id: { terms: { field: NAMING_FIELDS[by].id } } }, { project: { terms: { field: 'project' } } }],
      aggregations: {},
      most,
      atOnce: most + 1,
    })
  ).length;
