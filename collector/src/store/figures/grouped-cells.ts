import type { GroupSeries, MetricSeries, Timeseries, TimeseriesQuery, TraceMetric } from '../analytics.js';
import { type Cell, mergeCell, metricOf, newCell, standingOf } from './cell.js';

/** Traces that have more than one of the values, where what is asked for can't be told apart between them. */
export const SEVERAL = Symbol('several');

/** null: traces without such a value. */
export type Group = string | null | typeof SEVERAL;

/** Values told apart; what comes beyond counts with the others that are not shown. */
const MOST_GROUPS = 50_000;

/** Cells as they came: most groups of many are never shown, so that theirs are added up once, with the others. */
interface GroupCells {
  sum: number;
  traces: number;
  readonly cells: Map<number, Cell[]>;
}

/** Gathers cells by group and bucket; what was added is not changed later by either side. */
export interface GroupedCells {
  add(group: Group, startMillis: number, cell: Cell): void;
  timeseries(): Timeseries;
}

const compareGroups = (a: Group, b: Group): number => {
  if (typeof a !== 'string' || typeof b !== 'string')
    return Number(typeof a !== 'string') - Number(typeof b !== 'string');
  return a < b ? -1 : 1;
};

interface Standing {
  readonly group: Group;
  readonly cells: GroupCells;
  readonly standing: number;
}

const compareStandings = (a: Standing, b: Standing): number =>
  b.standing - a.standing || compareGroups(a.group, b.group);

/** The first in order, and the others in none: to sort tens of thousands would take longer than all else. */
const divide = (all: readonly Standing[], limit: number): { shown: Standing[]; rest: GroupCells[] } => {
  const shown: Standing[] = [];
  const rest: GroupCells[] = [];
  for (const one of all) {
    const last = shown.at(-1);
    if (last !== undefined && shown.length >= limit && compareStandings(last, one) < 0) {
      rest.push(one.cells);
      continue;
    }
    const at = shown.findIndex((held) => compareStandings(one, held) < 0);
    shown.splice(at < 0 ? shown.length : at, 0, one);
    const dropped = shown.length > limit ? shown.pop() : undefined;
    if (dropped !== undefined) rest.push(dropped.cells);
  }
  return { shown, rest };
};

/** What these cells come to, each given with the begin of its bucket, in any order. */
export const metricSeriesOf = (metric: TraceMetric, cells: Iterable<readonly [number, Cell]>): MetricSeries => {
  const total = newCell(metric);
  const buckets = new Map<number, Cell>();
  for (const [startMillis, cell] of cells) {
    const bucket = buckets.get(startMillis) ?? newCell(metric);
    buckets.set(startMillis, bucket);
    mergeCell(bucket, cell);
  }
  for (const bucket of buckets.values()) mergeCell(total, bucket);
  return {
    total: metricOf(metric, total),
    stored: total.stored,
    traces: total.traces,
    points: [...buckets]
      .sort(([a], [b]) => a - b)
      .map(([startMillis, cell]) => ({ startMillis, value: metricOf(metric, cell) })),
  };
};

const seriesOf = (metric: TraceMetric, all: readonly GroupCells[]): MetricSeries =>
  metricSeriesOf(metric, eachCell(all));

const eachCell = function* (all: readonly GroupCells[]): Generator<readonly [number, Cell]> {
  for (const { cells } of all)
    for (const [startMillis, ofBucket] of cells) for (const cell of ofBucket) yield [startMillis, cell];
};

export const createGroupedCells = ({ limit, metric }: Pick<TimeseriesQuery, 'limit' | 'metric'>): GroupedCells => {
  const groups = new Map<Group, GroupCells>();
  const newGroup = (): GroupCells => ({ sum: 0, traces: 0, cells: new Map() });
  const beyond = newGroup();

  const placeOf = (group: Group): GroupCells => {
    const held = groups.get(group);
    if (held !== undefined) return held;
    if (groups.size >= MOST_GROUPS && group !== SEVERAL) return beyond;
    const place = newGroup();
    groups.set(group, place);
    return place;
  };

  return {
    add(group, startMillis, cell) {
      const place = placeOf(group);
      place.sum += cell.sum;
      place.traces += cell.traces;
      const ofBucket = place.cells.get(startMillis);
      if (ofBucket === undefined) place.cells.set(startMillis, [cell]);
      else ofBucket.push(cell);
    },
    timeseries() {
      const several = groups.get(SEVERAL);
      groups.delete(SEVERAL);
      const { shown, rest } = divide(
        [...groups].map(([group, cells]) => ({ group, cells, standing: standingOf(metric, cells) })),
        limit,
      );
      if (beyond.traces > 0) rest.push(beyond);
      return {
        groups: shown.map(({ group, cells }): GroupSeries => ({
          group: typeof group === 'string' ? group : null,
          ...seriesOf(metric, [cells]),
        })),
        several: several === undefined ? null : seriesOf(metric, [several]),
        other: rest.length === 0 ? null : { groups: rest.length, ...seriesOf(metric, rest) },
      };
    },
  };
};
