import type { Client } from '@elastic/elasticsearch';

import type { GroupSeries, MetricSeries, Timeseries, TimeseriesQuery } from '../../../analytics.js';
import { isOfCalls, metricSeriesOf } from '../../../figures/index.js';
import { filterQuery } from '../filter-query.js';
import { haveWeights } from './beyond.js';
import { chooseGroups } from './choose-groups.js';
import { both, GROUP_FIELDS, lacks, type ValueField } from './fields.js';
import { fullTexts } from './full-texts.js';
import {
  addSeries,
  cellOf,
  type Series,
  seriesAsked,
  type SeriesAsked,
  type SeriesFound,
  type SeriesKey,
  seriesOf,
} from './metric-cells.js';
import { atOneMoment, type Query, type Searches, searchesOf } from './searches.js';

const shownSeries = ({ metric }: TimeseriesQuery, series: Series): MetricSeries =>
  metricSeriesOf(
    metric,
    [...series].map(([startMillis, sums]) => [startMillis, cellOf(metric, sums)]),
  );

const NOTHING: Series = new Map();

const shownOrNull = (query: TimeseriesQuery, series: Series): MetricSeries | null =>
  series.size === 0 ? null : shownSeries(query, series);

const joined = (parts: Iterable<readonly [Series, number]>): Series => {
  const all: Series = new Map();
  for (const [series, times] of parts) addSeries(all, series, times);
  return all;
};

interface SeriesOf {
  readonly query: Query;
  readonly asked: Omit<SeriesAsked, 'isBeyond'>;
}

/** Each at its place; by weight, what traces count for besides themselves is added. */
const findSeries = async (
  searches: Searches,
  isWeighted: boolean,
  all: readonly SeriesOf[],
): Promise<ReadonlyMap<number, Series>[]> => {
  const looks = (isWeighted ? [false, true] : [false]).flatMap((isBeyond) =>
    all.map(({ asked, query }) => ({ query, asked: { ...asked, isBeyond } })),
  );
  const found = await searches.combineAll<SeriesKey, SeriesFound>(
    looks.map(({ asked, query }) => seriesAsked(query, asked)),
  );
  const series = looks.map(({ asked }, at) => seriesOf(found[at] ?? [], asked));
  return all.map((_, at) => {
    const once = new Map(series[at]);
    for (const [count, beyond] of series[all.length + at] ?? [])
      once.set(
        count,
        joined([
          [once.get(count) ?? NOTHING, 1],
          [beyond, 1],
        ]),
      );
    return once;
  });
};

const ofAllTraces = async (searches: Searches, query: TimeseriesQuery): Promise<Timeseries> => {
  const [found] = await findSeries(searches, query.isWeighted, [
    { query: filterQuery(query.filter), asked: { ...query, countField: null } },
  ]);
  const series = found?.get(0) ?? NOTHING;
  return {
    groups: series.size === 0 ? [] : [{ group: null, ...shownSeries(query, series) }],
    several: null,
    other: null,
  };
};

/** The traces of one group. */
const inGroup = ({ field }: ValueField, group: string | null): Query =>
  group === null ? lacks(field) : { term: { [field]: group } };

const ofMany = (countField: string): Query => ({ range: { [countField]: { gt: 1 } } });

/**
 * Two looks at one moment: which groups have most, then the series of these and of all traces. The others are what is
 * left of all, where a trace of several values counts for each of them. Exact, but for which groups are shown where
 * there are more than `COMPARED_GROUPS`, and how many others there are beyond `COUNTED_GROUPS`.
 */
const byGroup = async (searches: Searches, query: TimeseriesQuery, value: ValueField): Promise<Timeseries> => {
  const { filter, groupBy, limit, metric } = query;
  const { countField, field } = value;
  const all = filterQuery(filter);
  /** Whose sums can't be told apart between several groups. */
  const apart = countField !== null && isOfCalls(metric) && (groupBy === 'model' || groupBy === 'provider');
  const ofOne = apart ? both(all, { bool: { must_not: [ofMany(countField)] } }) : all;
  const isWeighted = query.isWeighted && (await haveWeights(searches, all));
  const { groups, shown } = await chooseGroups(searches, ofOne, { field, isWeighted, limit, metric });
  const asked = { ...query, countField: null };
  /** The few traces that count for several groups, by how many. */
  const askedApart = { ...query, countField };
  const [ofAll, ofSeveral, ...ofGroups] = await findSeries(searches, isWeighted, [
    { query: all, asked },
    { query: countField === null ? { match_none: {} } : both(all, ofMany(countField)), asked: askedApart },
    ...shown.map((group) => ({ query: both(ofOne, inGroup(value, group)), asked })),
  ]);
  const several = [...(ofSeveral ?? [])];
  const series = ofGroups.map((found) => found.get(0) ?? NOTHING);
  const rest = joined([
    [ofAll?.get(0) ?? NOTHING, 1],
    ...several.map(([count, one]) => [one, apart ? -1 : count - 1] as const),
    ...series.map((one) => [one, -1] as const),
  ]);
  const textOf = await fullTexts(
    searches,
    field,
    shown.filter((group) => group !== null),
  );
  const left = groups - shown.length;
  return {
    groups: shown.map((group, at): GroupSeries => ({
      group: group === null ? null : textOf(group),
      ...shownSeries(query, series[at] ?? NOTHING),
    })),
    several: apart ? shownOrNull(query, joined(several.map(([, one]) => [one, 1]))) : null,
    other: left <= 0 ? null : { groups: left, ...shownSeries(query, rest) },
  };
};

export const timeseries = (client: Client, index: string, query: TimeseriesQuery): Promise<Timeseries> =>
  query.groupBy === null
    ? ofAllTraces(searchesOf(client, index), query)
    : atOneMoment(client, index, (searches) => byGroup(searches, query, GROUP_FIELDS[query.groupBy ?? 'name']));
