import type { TraceFilter } from '../trace-store.js';
import type { Condition } from './condition.js';
import { conditionsOf, type Driver, DURATION_DRIVER, filterDrivers, scanDriver } from './filter-sql.js';
import type { RunQuery } from './statements.js';

/** Up to so many rows are looked at one by one; beyond it the scan over the index is the shorter way. */
export const FEW_ROWS = 2_000;

/** What of a filter a driver leaves to be asked of each row. */
export const residualOf = (driver: Driver, filter: TraceFilter): Condition[] =>
  [...conditionsOf(filter)].filter(([name]) => !driver.settles.includes(name)).map(([, condition]) => condition);

export const joinConditions = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(' AND '),
  values: conditions.flatMap(({ values }) => values),
});

/** Rows of a driver that hold what is left to ask, counted up to `limit`. */
export const countRows = (
  run: RunQuery,
  project: number,
  driver: Driver,
  residual: readonly Condition[],
  limit: number,
): number => {
  const from = residual.length === 0 ? driver.countFrom : driver.from;
  const { sql, values } = joinConditions([driver.where, ...residual]);
  const [row] = run<{ count: number }>(`SELECT count(*) AS count FROM (SELECT 1 FROM ${from} WHERE ${sql} LIMIT ?)`, [
    project,
    ...values,
    limit,
  ]);
  return row?.count ?? 0;
};

interface Ways {
  /** Leads to fewer than `FEW_ROWS`; null: none does. */
  readonly short: Driver | null;
  /** Leaves nothing to be asked of its rows. */
  readonly settling: Driver | null;
}

const waysOf = (run: RunQuery, project: number, filter: TraceFilter): Ways => {
  let short: Driver | null = null;
  let fewest = FEW_ROWS;
  let settling: Driver | null = null;
  for (const driver of filterDrivers(filter)) {
    if (residualOf(driver, filter).length === 0) settling ??= driver;
    const candidates = countRows(run, project, driver, [], fewest);
    if (candidates >= fewest) continue;
    short = driver;
    fewest = candidates;
  }
  return { short, settling };
};

/** The shortest way to all rows of a project that a filter lets through. */
export const chooseDriver = (run: RunQuery, project: number, filter: TraceFilter): Driver => {
  // The narrowest of all indices, where there is nothing to ask.
  if (conditionsOf(filter).size === 0) return DURATION_DRIVER;
  const { short, settling } = waysOf(run, project, filter);
  return short ?? settling ?? scanDriver(filter);
};

/** The same where more is asked of each row than the filter does: many rows are read in the index that has it all. */
export const chooseRowDriver = (run: RunQuery, project: number, filter: TraceFilter): Driver =>
  waysOf(run, project, filter).short ?? scanDriver(filter);
