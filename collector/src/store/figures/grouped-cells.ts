import type { GroupSeries, MetricSeries, Timeseries, TimeseriesQuery } from '../analytics.js';
import { type Cell, mergeCell, metricOf, newCell, weightOf } from './cell.js';

/** null: traces without such a value. */
export type Group = string | null;

/** Values told apart; what comes beyond counts with the others that are not shown. */
const MOST_GROUPS = 50_000;

interface GroupCells {
  readonly total: Cell;
  /** By begin, Unix milliseconds. */
  readonly buckets: Map<number, Cell>;
}

/** Gathers cells by group and bucket. */
export interface GroupedCells {
  add(group: Group, startMillis: number, cell: Cell): void;
  timeseries(): Timeseries;
}

const seriesOf = (metric: TimeseriesQuery['metric'], { total, buckets }: GroupCells): MetricSeries => ({
  total: metricOf(metric, total),
  traces: total.traces,
  points: [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([startMillis, cell]) => ({ startMillis, value: metricOf(metric, cell) })),
});

const compareGroups = (a: Group, b: Group): number => {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : 1;
};

export const createGroupedCells = ({ limit, metric }: Pick<TimeseriesQuery, 'limit' | 'metric'>): GroupedCells => {
  const groups = new Map<Group, GroupCells>();
  const newGroup = (): GroupCells => ({ total: newCell(metric), buckets: new Map() });
  const beyond = newGroup();
  let isBeyond = false;

  const addTo = ({ total, buckets }: GroupCells, startMillis: number, cell: Cell): void => {
    mergeCell(total, cell);
    let bucket = buckets.get(startMillis);
    if (bucket === undefined) {
      bucket = newCell(metric);
      buckets.set(startMillis, bucket);
    }
    mergeCell(bucket, cell);
  };

  const placeOf = (group: Group): GroupCells => {
    const held = groups.get(group);
    if (held !== undefined) return held;
    if (groups.size >= MOST_GROUPS) {
      isBeyond = true;
      return beyond;
    }
    const place = newGroup();
    groups.set(group, place);
    return place;
  };

  return {
    add(group, startMillis, cell) {
      addTo(placeOf(group), startMillis, cell);
    },
    timeseries() {
      const weights = new Map([...groups].map(([group, { total }]) => [group, weightOf(metric, total)]));
      const ordered = [...groups].sort(
        ([a], [b]) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0) || compareGroups(a, b),
      );
      const shown = ordered
        .slice(0, limit)
        .map(([group, cells]): GroupSeries => ({ group, ...seriesOf(metric, cells) }));
      const rest = ordered.slice(limit);
      if (rest.length === 0 && !isBeyond) return { groups: shown, other: null };
      for (const [, { buckets }] of rest) for (const [startMillis, cell] of buckets) addTo(beyond, startMillis, cell);
      return { groups: shown, other: { groups: rest.length, ...seriesOf(metric, beyond) } };
    },
  };
};
