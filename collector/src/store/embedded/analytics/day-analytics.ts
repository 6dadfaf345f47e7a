import type { DatabaseSync } from 'node:sqlite';

import type { Figures, GroupField, SummaryQuery, TimedFilter, TimeseriesQuery, TraceMetric } from '../../analytics.js';
import { bucketOf, type Cell, type createGroupedCells, type Group, type SummarySums } from '../../figures/index.js';
import type { Condition } from '../condition.js';
import type { CountedSums } from '../counted-sums.js';
import { type HourSums, newHourSums, readChanges, readHour, type StoredHour } from '../hour-sums.js';
import type { RunQuery } from '../statements.js';
import { conditionOf, createScans, type Scope } from './scans.js';
import type { SliceMemory } from './slice-memory.js';
import { type Asked, type ChangedHour, isWholeHour, minutesOf, type Slice, slicesOf, type Span } from './slices.js';

/** A project's traces in a day's index, and where they begin. */
export interface ProjectPart {
  readonly project: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** What one day's index tells of its traces, added to what other days tell. */
export interface DayAnalytics {
  addToSummary(part: ProjectPart, query: SummaryQuery, sums: SummarySums): void;
  addToTimeseries(part: ProjectPart, query: TimeseriesQuery, cells: ReturnType<typeof createGroupedCells>): void;
}

interface SliceSummary extends Pick<HourSums, 'durations' | 'users' | 'sessions' | 'errorTypes'> {
  readonly figures: Figures;
}

interface MinuteCells {
  readonly from: bigint;
  readonly cells: Map<Group, Cell>;
}

const MINUTE_MILLIS = 60_000;

/** Roughly in hundreds of bytes. */
const CELL_WEIGHT = 2;
const SKETCHED_CELL_WEIGHT = 25;
const SUMMARY_WEIGHT = 90;

const figuresOf = (sums: CountedSums, stored: number): Figures => ({
  stored,
  traces: sums.traces,
  spans: sums.spans,
  errors: sums.errors,
  timed: sums.durations.count(),
  durationMicros: sums.durationMicros,
  tokens: sums.tokens,
  inputTokens: sums.inputTokens,
  outputTokens: sums.outputTokens,
  cost: sums.cost,
});

export const createDayAnalytics = (database: DatabaseSync, run: RunQuery, memory: SliceMemory): DayAnalytics => {
  const name = memory.newName();
  const scans = createScans(database, run);

  const askedOf = ({ first, last }: ProjectPart, { startUnixNano, endUnixNano }: TimedFilter): Asked => ({
    from: startUnixNano,
    to: endUnixNano,
    first,
    last,
  });

  /** Only hours whose traces are to be counted by weight, and don't all have the same, take the trouble. */
  const hoursOf = ({ project }: ProjectPart, { from, to }: Asked, isWeighted: boolean): ChangedHour[] =>
    run<{ hour: number; changes: Uint8Array; hasWeights: number }>(
      'SELECT hour, changes, beyond IS NOT NULL AS hasWeights FROM rollup WHERE project = ? AND hour * 3600000000000 < ? AND (hour + 1) * 3600000000000 > ?',
      [project, to, from],
    ).map(({ hour, changes, hasWeights }) => ({
      hour,
      changes: readChanges(changes),
      isWeighted: isWeighted && hasWeights === 1,
    }));

  /** To be added up; null: there is none. */
  const rolledUp = (project: number, { hour, isWeighted }: ChangedHour): readonly SliceSummary[] | null => {
    const [stored] = run<StoredHour>('SELECT * FROM rollup WHERE project = ? AND hour = ?', [project, hour]);
    if (stored === undefined) return null;
    const { beyond, ...sums } = readHour(stored);
    const once = { ...sums, figures: figuresOf(sums, sums.traces) };
    return beyond === null || !isWeighted
      ? [once]
      : [once, { ...newHourSums(), ...beyond, figures: figuresOf(beyond, 0) }];
  };

  const summarySlice = (scope: Scope): SliceSummary => {
    const { durations, users, sessions } = newHourSums();
    scans.sketch(scope, { durations, users, sessions });
    return { figures: scans.figures(scope), durations, users, sessions, errorTypes: scans.errorTypes(scope) };
  };

  /** Computed, or as it was when nothing has changed since. */
  const remembered = <T>(
    what: string,
    scope: Scope,
    slice: Slice,
    compute: () => { readonly value: T; readonly weight: number },
  ): T => {
    if (!slice.isWhole) return compute().value;
    const { condition, isWeighted, project } = scope;
    const how = `${what}${isWeighted ? ' by weight' : ''}`;
    const place = `${name} ${String(project)} ${String(slice.number)} ${how} ${condition.sql} ${condition.values.map(String).join('\u0000')}`;
    return memory.of(place, slice.changes, compute);
  };

  const figuresByMinute = (scope: Scope, slice: Slice): readonly { from: bigint; figures: Figures }[] =>
    remembered('minutes', scope, slice, () => {
      const value = minutesOf(slice).map((minute) => ({
        from: minute.from,
        figures: scans.figures({ ...scope, ...minute }),
      }));
      return { value, weight: CELL_WEIGHT * value.length };
    });

  const addSummary = (
    sums: SummarySums,
    { figures, durations, users, sessions, errorTypes }: SliceSummary,
    to: 'totals' | 'both',
    startMillis: number,
  ): void => {
    sums.addFigures(figures, to, startMillis);
    sums.durations.merge(durations);
    sums.users.merge(users);
    sums.sessions.merge(sessions);
    for (const [type, traces] of errorTypes) sums.addErrorType(type, traces);
  };

  const cellsOf = (
    scope: Scope,
    slice: Slice,
    asked: { readonly metric: TraceMetric; readonly groupBy: GroupField | null },
    spans: readonly Span[],
  ): readonly MinuteCells[] =>
    remembered(`${asked.metric} ${asked.groupBy ?? ''} ${String(spans.length)}`, scope, slice, () => {
      const value = spans.map((span) => ({ from: span.from, cells: scans.cells({ ...scope, ...span }, asked) }));
      let weight = 1;
      for (const { cells } of value)
        for (const { sketch } of cells.values()) weight += sketch === null ? CELL_WEIGHT : SKETCHED_CELL_WEIGHT;
      return { value, weight };
    });

  const scopeOf = (
    { project }: ProjectPart,
    condition: Condition,
    { from, to, isWeighted }: Span & Pick<Scope, 'isWeighted'>,
  ): Scope => ({
    project,
    condition,
    isWeighted,
    from,
    to,
  });

  return {
    addToSummary(part, { filter, bucketMillis, isWeighted: byWeight }, sums) {
      const asked = askedOf(part, filter);
      const condition = conditionOf(filter);
      const byMinute = bucketMillis === MINUTE_MILLIS;
      for (const changed of hoursOf(part, asked, byWeight)) {
        const whole = condition.sql === '' && isWholeHour(changed.hour, asked) ? rolledUp(part.project, changed) : null;
        const slices = slicesOf(changed, asked);
        const [firstSlice] = slices;
        if (firstSlice === undefined) continue;
        for (const summary of whole ?? [])
          addSummary(sums, summary, byMinute ? 'totals' : 'both', bucketOf(bucketMillis, firstSlice.from));
        for (const slice of slices) {
          const scope = scopeOf(part, condition, { ...slice, isWeighted: changed.isWeighted });
          if (whole === null) {
            const summary = remembered('summary', scope, slice, () => ({
              value: summarySlice(scope),
              weight: SUMMARY_WEIGHT,
            }));
            addSummary(sums, summary, byMinute ? 'totals' : 'both', bucketOf(bucketMillis, slice.from));
          }
          if (!byMinute) continue;
          for (const { from, figures } of figuresByMinute(scope, slice))
            sums.addFigures(figures, 'bucket', bucketOf(MINUTE_MILLIS, from));
        }
      }
    },
    addToTimeseries(part, { filter, bucketMillis, metric, groupBy, isWeighted: byWeight }, cells) {
      const asked = askedOf(part, filter);
      const condition = conditionOf(filter);
      for (const changed of hoursOf(part, asked, byWeight))
        for (const slice of slicesOf(changed, asked)) {
          const spans = bucketMillis === MINUTE_MILLIS ? minutesOf(slice) : [slice];
          for (const { from, cells: found } of cellsOf(
            scopeOf(part, condition, { ...slice, isWeighted: changed.isWeighted }),
            slice,
            { metric, groupBy },
            spans,
          ))
            for (const [group, cell] of found) cells.add(group, bucketOf(bucketMillis, from), cell);
        }
    },
  };
};
