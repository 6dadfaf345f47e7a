import type { SQLInputValue } from 'node:sqlite';

import { COUNTED_OTHERS, type GroupPlace, type GroupQuery, type GroupSortField } from '../group-query.js';
import type { TraceFilter } from '../trace-store.js';
import { chooseRowDriver, joinConditions, residualOf } from './choose-driver.js';
import type { Condition } from './condition.js';
import { type Driver, groupDriver } from './filter-sql.js';
import type { RunQuery } from './statements.js';

/** The sums over one group's traces of one day. */
export interface PartSums {
  readonly id: string;
  readonly traces: number;
  readonly spans: number;
  readonly errors: number;
  readonly tokens: number | null;
  /** Billionths: whole numbers, so that a sum is the same in any order. */
  readonly costUnits: number | null;
  readonly first: bigint;
  readonly last: bigint;
  readonly end: bigint;
}

export type GroupColumn = 'user' | 'session';

/** A sort value as SQLite has it. */
export type PartValue = bigint | number | null;

export interface PartGroup {
  readonly id: string;
  readonly value: PartValue;
}

/** One project's traces of one day by user or session, of what a filter lets through. */
export interface PartGroups {
  /** The first by the query's order behind `after`. */
  first(
    sort: GroupQuery['sort'],
    after: (Omit<GroupPlace, 'project'> & { readonly isIncluded: boolean }) | null,
    limit: number,
  ): readonly PartGroup[];
  ids(limit: number): readonly string[];
  count(limit: number): number;
  sums(ids: readonly string[]): readonly PartSums[];
  /** Users of a session or sessions of a user, at most one more than are counted. */
  others(id: string): readonly string[];
}

/** Sums that may grow beyond an integer's range are those of doubles, exact to 2^53. */
const SUMS = {
  trace_count: 'count(*)',
  span_count: 'sum(r.spans)',
  error_count: 'sum(r.errors)',
  total_tokens: 'sum(r.tokens * 1.0)',
  total_cost: 'sum(round(r.cost * 1e9))',
  first_seen: 'min(r.start)',
  last_seen: 'max(r.start)',
} as const satisfies Record<GroupSortField, string>;

const END = 'max(r.start + coalesce(r.duration, 0))';

/** The index by user or session has all that is asked of a row, but its tags and its key. */
export const driverOfGroups = (run: RunQuery, project: number, column: GroupColumn, filter: TraceFilter): Driver => {
  const asksForRows =
    filter.tags.length > 0 || filter.equals.traceKey !== undefined || filter.notEquals.traceKey !== undefined;
  return asksForRows ? chooseRowDriver(run, project, filter) : groupDriver(column, filter);
};

export const createPartGroups = (
  run: RunQuery,
  project: number,
  { by, filter }: Pick<GroupQuery, 'by' | 'filter'>,
): PartGroups => {
  const column: GroupColumn = by === 'userId' ? 'user' : 'session';
  const other: GroupColumn = by === 'userId' ? 'session' : 'user';
  const whereOf = (driver: Driver, more: readonly Condition[] = []): Condition =>
    joinConditions([
      driver.where,
      ...residualOf(driver, filter),
      { sql: `r.${column} IS NOT NULL`, values: [] },
      ...more,
    ]);
  const all = () => {
    const driver = driverOfGroups(run, project, column, filter);
    return { from: driver.from, where: whereOf(driver) };
  };
  const named = (condition: Condition) => {
    const driver = groupDriver(column, filter);
    return { from: driver.from, where: whereOf(driver, [condition]) };
  };

  return {
    first({ field, direction }, after, limit) {
      const { from, where } = all();
      const behind = after === null ? null : isBehind(SUMS[field], `r.${column}`, direction, after);
      const values: SQLInputValue[] = [project, ...where.values, ...(behind?.values ?? []), limit];
      return run<{ id: string; value: PartValue }>(
        `SELECT r.${column} AS id, ${SUMS[field]} AS value FROM ${from} WHERE ${where.sql} GROUP BY r.${column}
         ${behind === null ? '' : `HAVING ${behind.sql}`} ORDER BY value ${direction}, id LIMIT ?`,
        values,
        true,
      );
    },
    ids(limit) {
      const { from, where } = all();
      return run<{ id: string }>(`SELECT DISTINCT r.${column} AS id FROM ${from} WHERE ${where.sql} LIMIT ?`, [
        project,
        ...where.values,
        limit,
      ]).map(({ id }) => id);
    },
    count(limit) {
      const { from, where } = all();
      const [row] = run<{ count: number }>(
        `SELECT count(*) AS count FROM (SELECT DISTINCT r.${column} FROM ${from} WHERE ${where.sql} LIMIT ?)`,
        [project, ...where.values, limit],
      );
      return row?.count ?? 0;
    },
    sums(ids) {
      const { from, where } = named({
        sql: `r.${column} IN (SELECT value FROM json_each(?))`,
        values: [JSON.stringify(ids)],
      });
      return run<Record<string, bigint | number | string | null>>(
        `SELECT r.${column} AS id, ${SUMS.trace_count} AS traces, ${SUMS.span_count} AS spans, ${SUMS.error_count} AS errors,
           ${SUMS.total_tokens} AS tokens, ${SUMS.total_cost} AS costUnits, ${SUMS.first_seen} AS first, ${SUMS.last_seen} AS last,
           ${END} AS end FROM ${from} WHERE ${where.sql} GROUP BY r.${column}`,
        [project, ...where.values],
        true,
      ).map(({ id, traces, spans, errors, tokens, costUnits, first, last, end }) => ({
        id: String(id),
        traces: Number(traces),
        spans: Number(spans),
        errors: Number(errors),
        tokens: tokens === null ? null : Number(tokens),
        costUnits: costUnits === null ? null : Number(costUnits),
        first: BigInt(first ?? 0),
        last: BigInt(last ?? 0),
        end: BigInt(end ?? 0),
      }));
    },
    others(id) {
      const { from, where } = named({ sql: `r.${column} = ? AND r.${other} IS NOT NULL`, values: [id] });
      return run<{ other: string }>(
        `SELECT DISTINCT r.${other} AS other FROM ${from} WHERE ${where.sql} ORDER BY other LIMIT ?`,
        [project, ...where.values, COUNTED_OTHERS + 1],
      ).map((row) => row.other);
    },
  };
};

/** Null is the lowest. */
const isBehind = (
  sum: string,
  id: string,
  direction: 'asc' | 'desc',
  after: Omit<GroupPlace, 'project'> & { readonly isIncluded: boolean },
): Condition => {
  const { value, isIncluded } = after;
  const ties: Condition = {
    sql: `(${sum} IS ? AND ${id} ${isIncluded ? '>=' : '>'} ?)`,
    values: [value, after.id],
  };
  if (value === null)
    return direction === 'desc' ? ties : { sql: `(${sum} IS NOT NULL OR ${ties.sql})`, values: ties.values };
  const beyond = direction === 'desc' ? `${sum} < ? OR ${sum} IS NULL` : `${sum} > ?`;
  return { sql: `(${beyond} OR ${ties.sql})`, values: [value, ...ties.values] };
};
