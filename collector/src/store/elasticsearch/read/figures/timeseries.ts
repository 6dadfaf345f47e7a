import type { Client } from '@elastic/elasticsearch';

import type { GroupSeries, MetricSeries, Timeseries, TimeseriesQuery } from '../../../analytics.js';
import { isOfCalls, metricSeriesOf } from '../../../figures/index.js';
import { filterQuery } from '../filter-query.js';
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

const ofAllTraces = async (searches: Searches, query: TimeseriesQuery): Promise<Timeseries> => {
  const asked: SeriesAsked = { ...query, countField: null };
  const found = seriesOf(
    await searches.combine<SeriesKey, SeriesFound>(seriesAsked(filterQuery(query.filter), asked)),
    asked,
  );
  const series = joined([...found.values()].map((one) => [one, 1]));
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
  const { filter, groupBy, metric } = query;
  const { countField, field } = value;
  const all = filterQuery(filter);
  /** Whose sums can't be told apart between several groups. */
  const apart = countField !== null && isOfCalls(metric) && (groupBy === 'model' || groupBy === 'provider');
  const ofOne = apart ? both(all, { bool: { must_not: [ofMany(countField)] } }) : all;
  const { groups, shown } = await chooseGroups(searches, ofOne, query, field);
  const asked: SeriesAsked = { ...query, countField: null };
  /** The few traces that count for several groups, by how many. */
  const askedApart: SeriesAsked = { ...query, countField };
  const [ofAll = [], ofSeveral = [], ...ofGroups] = await searches.combineAll<SeriesKey, SeriesFound>([
    seriesAsked(all, asked),
    seriesAsked(countField === null ? { match_none: {} } : both(all, ofMany(countField)), askedApart),
    ...shown.map((group) => seriesAsked(both(ofOne, inGroup(value, group)), asked)),
  ]);
  const several = [...seriesOf(ofSeveral, askedApart)];
  const series = ofGroups.map((found) => seriesOf(found, asked).get(0) ?? NOTHING);
  const rest = joined([
    [seriesOf(ofAll, asked).get(0) ?? NOTHING, 1],
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
