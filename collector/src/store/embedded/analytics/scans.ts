import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

import type { Figures, GroupField, TraceMetric } from '../../analytics.js';
import { STATUS_NAME } from '../../fact-sums/index.js';
import {
  addDuration,
  addToCell,
  type Cell,
  type Group,
  isOfCalls,
  isQuantile,
  mergeCell,
  newCell,
  NO_ERROR_TYPE,
  SEVERAL,
} from '../../figures/index.js';
import type { TraceFilter } from '../../trace-store.js';
import { joinConditions } from '../choose-driver.js';
import type { Condition } from '../condition.js';
import { conditionsOf } from '../filter-sql.js';
import { splitList } from '../row-columns.js';
import type { RunQuery } from '../statements.js';
import type { HourSums } from '../hour-sums.js';

/** Traces of a project that began in `from` to just before `to` (Unix nanoseconds) and meet the condition. */
export interface Scope {
  readonly project: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly condition: Condition;
  /** Each counts by its weight, else as one: the same where all weigh 1, and sooner. */
  readonly isWeighted: boolean;
}

/** What is asked of the rows themselves: of the index over all columns that filters and groups need. */
export interface Scans {
  figures(scope: Scope): Figures;
  /** Adds to the sketches. */
  sketch(scope: Scope, sketches: Pick<HourSums, 'durations' | 'users' | 'sessions'>): void;
  errorTypes(scope: Scope): Map<string, number>;
  cells(scope: Scope, asked: { readonly metric: TraceMetric; readonly groupBy: GroupField | null }): Map<Group, Cell>;
}

/** What a filter asks but its project and time; an empty condition: nothing. */
export const conditionOf = (filter: TraceFilter): Condition => {
  const conditions = conditionsOf(filter);
  conditions.delete('from');
  conditions.delete('to');
  return joinConditions([...conditions.values()]);
};

// Whole numbers beyond 2^53 can't be passed to functions: what senders say may be any.
const MICROS = 'CAST((r.duration + 500) / 1000 AS REAL)';

const VALUE: Readonly<Record<TraceMetric, string>> = {
  count: '1',
  errors: 'r.errors > 0',
  error_rate: 'r.errors > 0',
  duration_avg: MICROS,
  duration_p50: MICROS,
  duration_p95: MICROS,
  duration_p99: MICROS,
  total_tokens: 'CAST(r.tokens AS REAL)',
  input_tokens: 'CAST(r.input_tokens AS REAL)',
  output_tokens: 'CAST(r.output_tokens AS REAL)',
  cost: 'r.cost',
};

/** Groups that a trace's kind tells: the scan hands over its number alone. */
const OF_KIND: Readonly<Partial<Record<GroupField, string>>> = {
  model: 'models',
  provider: 'providers',
  name: 'name',
  service: 'services',
  environment: 'environment',
  status: 'status',
  type: 'types',
};
const OF_ROW: Readonly<Partial<Record<GroupField, string>>> = { user: 'r.user', session: 'r.session', tag: 'r.tags' };
const LISTS: readonly GroupField[] = ['model', 'provider', 'service', 'tag', 'type'];
const OF_CALLS: readonly GroupField[] = ['model', 'provider'];

const NOWHERE: readonly Group[] = [null];
const TOGETHER: readonly Group[] = [SEVERAL];

interface AskedGroups {
  readonly metric: TraceMetric;
  readonly groupBy: GroupField;
}

const groupsOf = ({ groupBy, metric }: AskedGroups, stored: string | number | null): readonly Group[] => {
  if (stored === null) return NOWHERE;
  if (typeof stored === 'number') return [STATUS_NAME[stored] ?? null];
  if (!LISTS.includes(groupBy)) return [stored];
  const groups = splitList(stored);
  return groups.length > 1 && OF_CALLS.includes(groupBy) && isOfCalls(metric) ? TOGETHER : groups;
};

const valuesOf = ({ project, from, to, condition }: Scope): SQLInputValue[] => [project, from, to, ...condition.values];

const fromOf = ({ condition }: Scope, index: 'trace_scan' | 'trace_errors' = 'trace_scan'): string =>
  `FROM trace r INDEXED BY ${index} WHERE r.project = ?1 AND r.start >= ? AND r.start < ?${
    index === 'trace_errors' ? ' AND r.errors > 0' : ''
  }${condition.sql === '' ? '' : ` AND ${condition.sql}`}`;

/** As `countedWeightOf` has it. */
const WEIGHT = 'coalesce(round(r.weight * 65536.0) / 65536.0, 1.0)';

const FIGURES = `SELECT count(*) AS stored, count(*) AS traces, total(r.spans) AS spans, total(r.errors > 0) AS errors, count(r.duration) AS timed,
  total((r.duration + 500) / 1000) AS durationMicros, total(r.tokens) AS tokens, total(r.input_tokens) AS inputTokens,
  total(r.output_tokens) AS outputTokens, total(r.cost) AS cost`;

const WEIGHED_FIGURES =
  `SELECT count(*) AS stored, total(w) AS traces, total(r.spans * w) AS spans, total((r.errors > 0) * w) AS errors,
  total(w) FILTER (WHERE r.duration IS NOT NULL) AS timed, total(((r.duration + 500) / 1000) * w) AS durationMicros,
  total(r.tokens * w) AS tokens, total(r.input_tokens * w) AS inputTokens, total(r.output_tokens * w) AS outputTokens,
  total(r.cost * w) AS cost`.replaceAll(/\bw\b/gu, WEIGHT);

const WEIGHED_SUMS =
  'SELECT count(*) AS stored, total(w) AS traces, total(w) FILTER (WHERE v IS NOT NULL) AS valued, total(v * w) AS sum FROM (SELECT';
const SUMS = 'SELECT count(*) AS stored, count(*) AS traces, count(v) AS valued, total(v) AS sum FROM (SELECT';

const copyOf = (cell: Cell, metric: TraceMetric): Cell => {
  const copy = newCell(metric);
  mergeCell(copy, cell);
  return copy;
};

/**
 * Functions of ours are called for every row, which takes a quarter of a microsecond: a fourth of what it
 * takes to hand the rows over, and half of what SQLite takes to sort them for a GROUP BY.
 */
export const createScans = (database: DatabaseSync, run: RunQuery): Scans => {
  let onValue: (value: number | null, weight?: number) => void = () => undefined;
  let onGroup: (stored: string | number | null, value: number | null, weight?: number) => void = () => undefined;
  let onTrace: (micros: number | null, user: string | null, session: string | null, weight?: number) => void = () =>
    undefined;
  const register = (name: string, call: (...values: never[]) => number): void => {
    database.function(name, { directOnly: true }, call as (...values: unknown[]) => number);
  };
  register('noveum_value', (value: number | null) => {
    onValue(value);
    return 0;
  });
  register('noveum_group', (stored: string | number | null, value: number | null) => {
    onGroup(stored, value);
    return 0;
  });
  register('noveum_trace', (micros: number | null, user: string | null, session: string | null) => {
    onTrace(micros, user, session);
    return 0;
  });

  register('noveum_value', (value: number | null, weight: number) => {
    onValue(value, weight);
    return 0;
  });
  register('noveum_group', (stored: string | number | null, value: number | null, weight: number) => {
    onGroup(stored, value, weight);
    return 0;
  });
  register('noveum_trace', (micros: number | null, user: string | null, session: string | null, weight: number) => {
    onTrace(micros, user, session, weight);
    return 0;
  });

  /** `call` is one of these, without its end: the weight is handed over where it counts. */
  const visit = (scope: Scope, call: string): void => {
    run(`SELECT count(${call}${scope.isWeighted ? `, ${WEIGHT}` : ''})) ${fromOf(scope)}`, valuesOf(scope));
  };

  const ungrouped = (scope: Scope, metric: TraceMetric): Cell => {
    const cell = newCell(metric);
    if (isQuantile(metric)) {
      onValue = (value, weight) => {
        addDuration(cell, value, weight);
      };
      visit(scope, `noveum_value(${VALUE[metric]}`);
      return cell;
    }
    const [sums] = run<Pick<Cell, 'stored' | 'traces' | 'valued' | 'sum'>>(
      scope.isWeighted
        ? `${WEIGHED_SUMS} ${VALUE[metric]} AS v, ${WEIGHT} AS w ${fromOf(scope)})`
        : `${SUMS} ${VALUE[metric]} AS v ${fromOf(scope)})`,
      valuesOf(scope),
    );
    return { ...cell, ...sums };
  };

  /** By the number of the kind, or the text, that the rows have. */
  const cellsBy = (scope: Scope, metric: TraceMetric, column: string): Map<string | number | null, Cell> => {
    const cells = new Map<string | number | null, Cell>();
    const add = addToCell(metric);
    onGroup = (stored, value, weight) => {
      let cell = cells.get(stored);
      if (cell === undefined) {
        cell = newCell(metric);
        cells.set(stored, cell);
      }
      add(cell, value, weight);
    };
    visit(scope, `noveum_group(${column}, ${VALUE[metric]}`);
    return cells;
  };

  const textsOfKinds = (project: number, column: string): Map<number, string | number | null> =>
    new Map(
      run<{ id: number; said: string | number | null }>(`SELECT id, ${column} AS said FROM kind WHERE project = ?`, [
        project,
      ]).map(({ id, said }) => [id, said]),
    );

  const byColumn = (scope: Scope, asked: AskedGroups): Map<Group, Cell> => {
    const { groupBy, metric } = asked;
    const ofKind = OF_KIND[groupBy];
    const cells = new Map<Group, Cell>();
    const found = cellsBy(scope, metric, OF_ROW[groupBy] ?? 'r.kind');
    const texts = ofKind === undefined ? null : textsOfKinds(scope.project, ofKind);
    for (const [stored, cell] of found)
      for (const group of groupsOf(asked, texts === null ? stored : (texts.get(stored as number) ?? null))) {
        const held = cells.get(group);
        if (held === undefined) cells.set(group, copyOf(cell, metric));
        else mergeCell(held, cell);
      }
    return cells;
  };

  /** A kind may be gone between scan and look-up: both see the index as it stands at the begin. */
  const grouped = (scope: Scope, asked: AskedGroups): Map<Group, Cell> => {
    database.exec('BEGIN');
    try {
      return byColumn(scope, asked);
    } finally {
      database.exec('COMMIT');
    }
  };

  return {
    figures: (scope) =>
      run<Figures>(`${scope.isWeighted ? WEIGHED_FIGURES : FIGURES} ${fromOf(scope)}`, valuesOf(scope))[0] as Figures,
    sketch(scope, { durations, sessions, users }) {
      onTrace = (micros, user, session, weight) => {
        if (micros !== null) durations.add(micros / 1000, weight);
        if (user !== null) users.add(user);
        if (session !== null) sessions.add(session);
      };
      visit(scope, `noveum_trace(${MICROS}, r.user, r.session`);
    },
    errorTypes(scope) {
      const types = new Map<string, number>();
      const rows = run<{ types: string | null; traces: number }>(
        `SELECT k.error_types AS types, c.traces AS traces FROM
           (SELECT r.kind AS kind, ${scope.isWeighted ? `total(${WEIGHT})` : 'count(*)'} AS traces ${fromOf(scope, 'trace_errors')} GROUP BY 1) c
         JOIN kind k ON k.id = c.kind`,
        valuesOf(scope),
      );
      for (const { types: stored, traces } of rows)
        for (const type of stored === null ? [NO_ERROR_TYPE] : splitList(stored))
          types.set(type, (types.get(type) ?? 0) + traces);
      return types;
    },
    cells(scope, { metric, groupBy }) {
      if (groupBy !== null) return grouped(scope, { metric, groupBy });
      const cell = ungrouped(scope, metric);
      return cell.traces === 0 ? new Map() : new Map([[null, cell]]);
    },
  };
};
