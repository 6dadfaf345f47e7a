import type { Client } from '@elastic/elasticsearch';

import { decodeGroupCursor, encodeGroupCursor } from '../../../group-cursor.js';
import {
  compareGroups,
  COUNTED_GROUPS,
  type GroupPage,
  type GroupPlace,
  type GroupQuery,
  groupValue,
  type TraceGroup,
} from '../../../group-query.js';
import { filterQuery } from '../filter-query.js';
import type { FigureLimits } from './limits.js';
import { NAMING_FIELDS } from './fields.js';
import { fullTexts } from './full-texts.js';
import {
  allPlaces,
  countGroups,
  firstPlaces,
  isOfOneTrace,
  isTime,
  type NearPlace,
  type Places,
} from './group-places.js';
import { sumGroups } from './group-sums.js';
import { atOneMoment, type Query, type Searches } from './searches.js';

/** Groups whose times are the same to 256 nanoseconds are put in order among so many on either side of a page. */
const MOST_TIES = 500;
const GROWTH = 4;

interface Asked {
  readonly searches: Searches;
  readonly query: Query;
  readonly asked: GroupQuery;
  readonly after: GroupPlace | null;
  readonly skipped: number;
  readonly limits: FigureLimits;
}

/** From where to where to look closer, so that those between `skipped` and `wanted` are among them. */
const spanOf = (near: readonly NearPlace[], skipped: number, wanted: number): { from: number; to: number } => {
  let from = skipped;
  let to = Math.min(wanted, near.length);
  while (from > 0 && skipped - from < MOST_TIES && near[from - 1]?.value === near[skipped]?.value) from--;
  while (to < near.length && to - wanted < MOST_TIES && near[to]?.value === near[to - 1]?.value) to++;
  return { from, to };
};

const placeOf = ({ asked }: Asked, group: TraceGroup): GroupPlace => ({
  id: group.id,
  project: group.project,
  value: groupValue(group, asked.sort.field),
});

/** Those of the page and one more, exact. */
const exactGroups = async (page: Asked, near: readonly NearPlace[]): Promise<TraceGroup[]> => {
  const { after, asked, query, searches, skipped } = page;
  const { direction, field } = asked.sort;
  const { from, to } = isTime(field)
    ? spanOf(near, skipped, skipped + asked.limit + 1 + tiesOfCursor(near, after))
    : { from: skipped, to: skipped + asked.limit + 1 };
  const compare = (a: GroupPlace, b: GroupPlace) => compareGroups(a, b, direction);
  return (await sumGroups(searches, query, asked.by, near.slice(from, to)))
    .filter((group) => after === null || compare(placeOf(page, group), after) > 0)
    .sort((a, b) => compare(placeOf(page, a), placeOf(page, b)))
    .slice(skipped - from)
    .slice(0, asked.limit + 1);
};

/** They may prove to stand before it. */
const tiesOfCursor = (near: readonly NearPlace[], after: GroupPlace | null): number => {
  if (after === null) return 0;
  const value = Number(after.value);
  const ties = near.findIndex((place) => place.value !== value);
  return Math.min(ties < 0 ? near.length : ties, MOST_TIES);
};

const findPlaces = async (page: Asked): Promise<{ places: Places; groups: TraceGroup[] }> => {
  const { after, asked, limits, query, searches, skipped } = page;
  if (!isOfOneTrace(asked.sort)) {
    const places = await allPlaces(searches, query, asked, { after, most: limits.sortedGroups });
    return { places, groups: await exactGroups(page, places.near) };
  }
  for (let count = skipped + asked.limit + 2; ; count *= GROWTH) {
    const places = await firstPlaces(searches, query, asked, { after, count, most: limits.candidates });
    if (!places.isWhole && places.near.length <= skipped + asked.limit) continue;
    const groups = await exactGroups(page, places.near);
    if (places.isWhole || groups.length > asked.limit) return { places, groups };
  }
};

/** By texts instead of keywords. */
const shown = async ({ asked, searches }: Asked, groups: readonly TraceGroup[]): Promise<TraceGroup[]> => {
  const { id, other } = NAMING_FIELDS[asked.by];
  const idOf = await fullTexts(
    searches,
    id,
    groups.map((group) => group.id),
  );
  const otherOf = await fullTexts(
    searches,
    other,
    groups.flatMap(({ others }) => others.first),
  );
  const projectOf = await fullTexts(
    searches,
    'project',
    groups.map(({ project }) => project),
  );
  return groups.map((group) => ({
    ...group,
    id: idOf(group.id),
    project: projectOf(group.project),
    others: { ...group.others, first: group.others.first.map(otherOf).sort() },
  }));
};

const pageOf = async (page: Asked): Promise<GroupPage> => {
  const { asked, query, searches } = page;
  const [{ groups, places }, alone] = await Promise.all([
    findPlaces(page),
    isOfOneTrace(asked.sort) ? countGroups(searches, query, asked.by, COUNTED_GROUPS) : null,
  ]);
  const counted = alone ?? places.groups ?? 0;
  const some = groups.slice(0, asked.limit);
  const last = some.at(-1);
  return {
    groups: await shown(page, some),
    total: Math.min(counted, COUNTED_GROUPS),
    totalRelation: counted > COUNTED_GROUPS ? 'gte' : 'eq',
    nextCursor:
      last === undefined || groups.length <= asked.limit ? null : encodeGroupCursor(asked, placeOf(page, last)),
  };
};

/** Sessions or users, exact. Throws UnusableCursor and TooManyGroups. */
export const findGroups = (
  client: Client,
  index: string,
  asked: GroupQuery,
  limits: FigureLimits,
): Promise<GroupPage> => {
  const after = asked.cursor === undefined ? null : decodeGroupCursor(asked, asked.cursor);
  return atOneMoment(client, index, (searches) =>
    pageOf({
      searches,
      query: filterQuery(asked.filter),
      asked,
      after,
      skipped: after === null ? asked.offset : 0,
      limits,
    }),
  );
};
