import { decodeGroupCursor, encodeGroupCursor } from '../group-cursor.js';
import {
  compareGroups,
  COUNTED_GROUPS,
  COUNTED_OTHERS,
  type GroupPage,
  type GroupPlace,
  type GroupQuery,
  SHOWN_OTHERS,
  TooManyGroups,
  type TraceGroup,
} from '../group-query.js';
import type { PartGroups, PartSums, PartValue } from './trace-groups.js';

/** One project's traces of one day. */
export interface GroupedPart {
  readonly project: string;
  /** The earliest and latest start. */
  readonly first: bigint;
  readonly last: bigint;
  readonly groups: PartGroups;
}

/** Where every group has to be summed up over all days to be put in order, there may be so many, a day's each counted. */
const MERGED_GROUPS = 200_000;
const GROWTH = 4;
const COST_UNITS = 1e9;

/** Sessions or users over all parts. Throws UnusableCursor and TooManyGroups. */
export const findGroups = (
  parts: readonly GroupedPart[],
  query: GroupQuery,
  mergedGroups = MERGED_GROUPS,
): GroupPage => {
  const { limit, offset, cursor } = query;
  const after = cursor === undefined ? null : decodeGroupCursor(query, cursor);
  const skipped = after === null ? offset : 0;
  const places = placesIn(parts, query, after, { wanted: skipped + limit + 1, mergedGroups }).slice(skipped);
  const page = places.slice(0, limit);
  const last = page.at(-1);
  return {
    groups: groupsAt(parts, page),
    ...totalOf(parts),
    nextCursor: last === undefined || places.length <= limit ? null : encodeGroupCursor(query, last),
  };
};

const keyOf = (project: string, id: string): string => `${project}\u0000${id}`;

/** The latest and the earliest over all parts are those of one of them. */
const isOfOnePart = ({ field, direction }: GroupQuery['sort']): boolean =>
  (field === 'last_seen' && direction === 'desc') || (field === 'first_seen' && direction === 'asc');

const placesIn = (
  parts: readonly GroupedPart[],
  query: GroupQuery,
  after: GroupPlace | null,
  { wanted, mergedGroups }: { readonly wanted: number; readonly mergedGroups: number },
): GroupPlace[] => {
  const { sort } = query;
  const isApart = new Set(parts.map(({ project }) => project)).size === parts.length;
  if (isApart || isOfOnePart(sort)) return firstPlaces(parts, sort, after, { wanted, isApart });
  const all = mergedPlaces(parts, sort, mergedGroups).sort((a, b) => compareGroups(a, b, sort.direction));
  return (after === null ? all : all.filter((place) => compareGroups(place, after, sort.direction) > 0)).slice(
    0,
    wanted,
  );
};

/** Each part gives its first; where a group may be in several, what another part would have put elsewhere is left out. */
const firstPlaces = (
  parts: readonly GroupedPart[],
  sort: GroupQuery['sort'],
  after: GroupPlace | null,
  { wanted, isApart }: { readonly wanted: number; readonly isApart: boolean },
): GroupPlace[] => {
  const compare = (a: GroupPlace, b: GroupPlace): number => compareGroups(a, b, sort.direction);
  const inOrder = parts.toSorted((a, b) => Number(sort.direction === 'desc' ? b.last - a.last : a.first - b.first));
  for (let asked = wanted; ; asked *= GROWTH) {
    let isWhole = true;
    let best = new Map<string, GroupPlace>();
    for (const part of inOrder) {
      const worst = [...best.values()][asked - 1]?.value;
      if (!isApart && typeof worst === 'bigint' && isBeyond(part, worst, sort.direction)) {
        isWhole = false;
        break;
      }
      const from = after === null ? null : { ...after, isIncluded: part.project > after.project };
      const found = part.groups.first(sort, from, asked);
      if (found.length === asked) isWhole = false;
      const places = [...best.values(), ...found.map((group) => ({ ...group, project: part.project }))].sort(compare);
      best = new Map();
      for (const place of places) {
        const key = keyOf(place.project, place.id);
        if (best.has(key)) continue;
        if (best.size < asked) best.set(key, place);
        else isWhole = false;
      }
    }
    const places = isApart || after === null ? [...best.values()] : trulyPlaced(parts, [...best.values()], sort);
    if (places.length >= wanted || isWhole) return places.slice(0, wanted);
  }
};

const isBeyond = (part: GroupedPart, worst: bigint, direction: 'asc' | 'desc'): boolean =>
  direction === 'desc' ? part.last < worst : part.first > worst;

/** Those that no other part has at an earlier place, which was on an earlier page. */
const trulyPlaced = (
  parts: readonly GroupedPart[],
  places: readonly GroupPlace[],
  { field }: GroupQuery['sort'],
): GroupPlace[] => {
  const sums = sumsOf(parts, places);
  return places.filter(({ project, id, value }) => {
    const all = sums.get(keyOf(project, id));
    return all !== undefined && (field === 'last_seen' ? all.last : all.first) === value;
  });
};

const mergedPlaces = (parts: readonly GroupedPart[], sort: GroupQuery['sort'], mergedGroups: number): GroupPlace[] => {
  const merged = new Map<string, { value: PartValue; readonly id: string; readonly project: string }>();
  let seen = 0;
  for (const { project, groups } of parts) {
    for (const { id, value } of groups.first(sort, null, mergedGroups - seen + 1)) {
      seen++;
      const held = merged.get(keyOf(project, id));
      if (held === undefined) merged.set(keyOf(project, id), { id, project, value });
      else held.value = joined(held.value, value, sort.field);
    }
    if (seen > mergedGroups)
      throw new TooManyGroups(
        `sort by ${sort.field} would have to look at more than ${String(mergedGroups)}; narrow the time, or sort by last_seen:desc`,
      );
  }
  return [...merged.values()];
};

const joined = (a: PartValue, b: PartValue, field: GroupQuery['sort']['field']): PartValue => {
  if (a === null || b === null) return a ?? b;
  if (field === 'first_seen') return a < b ? a : b;
  if (field === 'last_seen') return a > b ? a : b;
  return Number(a) + Number(b);
};

const totalOf = (parts: readonly GroupedPart[]): Pick<GroupPage, 'total' | 'totalRelation'> => {
  const isApart = new Set(parts.map(({ project }) => project)).size === parts.length;
  const ids = new Set<string>();
  let counted = 0;
  for (const { project, groups } of parts) {
    if (isApart) counted += groups.count(COUNTED_GROUPS + 1 - counted);
    else {
      for (const id of groups.ids(COUNTED_GROUPS + 1)) ids.add(keyOf(project, id));
      counted = ids.size;
    }
    if (counted > COUNTED_GROUPS) return { total: COUNTED_GROUPS, totalRelation: 'gte' };
  }
  return { total: counted, totalRelation: 'eq' };
};

const sumOrNull = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : a + b);

const joinSums = (a: PartSums, b: PartSums): PartSums => ({
  id: a.id,
  traces: a.traces + b.traces,
  spans: a.spans + b.spans,
  errors: a.errors + b.errors,
  tokens: sumOrNull(a.tokens, b.tokens),
  costUnits: sumOrNull(a.costUnits, b.costUnits),
  first: a.first < b.first ? a.first : b.first,
  last: a.last > b.last ? a.last : b.last,
  end: a.end > b.end ? a.end : b.end,
});

const sumsOf = (parts: readonly GroupedPart[], places: readonly GroupPlace[]): Map<string, PartSums> => {
  const sums = new Map<string, PartSums>();
  const idsOf = Map.groupBy(places, ({ project }) => project);
  for (const { project, groups } of parts) {
    const ids = idsOf.get(project)?.map(({ id }) => id);
    if (ids === undefined) continue;
    for (const part of groups.sums(ids)) {
      const held = sums.get(keyOf(project, part.id));
      sums.set(keyOf(project, part.id), held === undefined ? part : joinSums(held, part));
    }
  }
  return sums;
};

const othersOf = (parts: readonly GroupedPart[], { project, id }: GroupPlace): TraceGroup['others'] => {
  const others = new Set(parts.flatMap((part) => (part.project === project ? part.groups.others(id) : [])));
  const isMany = others.size > COUNTED_OTHERS;
  return {
    first: [...others].sort().slice(0, SHOWN_OTHERS),
    count: isMany ? COUNTED_OTHERS : others.size,
    relation: isMany ? 'gte' : 'eq',
  };
};

const groupsAt = (parts: readonly GroupedPart[], places: readonly GroupPlace[]): TraceGroup[] => {
  const sums = sumsOf(parts, places);
  return places.flatMap((place) => {
    const { project, id } = place;
    const all = sums.get(keyOf(project, id));
    if (all === undefined) return [];
    return {
      project,
      id,
      traceCount: all.traces,
      spanCount: all.spans,
      errorCount: all.errors,
      totalTokens: all.tokens,
      totalCost: all.costUnits === null ? null : all.costUnits / COST_UNITS,
      firstUnixNano: all.first,
      lastUnixNano: all.last,
      endUnixNano: all.end,
      others: othersOf(parts, place),
    };
  });
};
