import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

import type { ProjectUsage, SortField, TraceFilter, TraceQuery } from '../trace-store.js';
import type { PageEnd } from './cursor.js';
import { dayName } from './day.js';
import { type StoredFragment, toStoredFragment } from './stored-fragment.js';
import { columnDriver, type Condition, conditionsOf, type Driver, filterDrivers, startDriver } from './filter-sql.js';
import { openIndexForReading } from './schema.js';
import { fromStoredKey, toStoredKey } from './stored-key.js';
import type { ReadRow } from './summary-of-row.js';

export interface Hit {
  readonly id: number;
  readonly key: string;
  readonly value: bigint | number | null;
}

/** `keyIncluded`: in a project that comes later, a trace with the very value and key is still to come. */
export type PageStart = PageEnd & { readonly keyIncluded: boolean };

export interface FoundTrace {
  readonly id: number;
  readonly project: string;
  readonly start: bigint;
}

/** The read side of one day's index. */
export interface DayReader {
  projects(): readonly { readonly id: number; readonly name: string }[];
  /** The earliest and latest start of a project's traces here; null: it has none. */
  range(project: number): { readonly first: bigint; readonly last: bigint } | null;
  /** In the query's order, at most `limit`. */
  hits(project: number, query: TraceQuery, after: PageStart | null, limit: number): readonly Hit[];
  /** At most `limit`. */
  count(project: number, filter: TraceFilter, limit: number): number;
  rows(ids: readonly number[]): readonly ReadRow[];
  find(project: string | null, key: string): readonly FoundTrace[];
  fragments(id: number): readonly StoredFragment[];
  usage(): readonly ProjectUsage[];
  close(): void;
}

const COLUMN_OF_SORT = {
  start_time: 'start',
  duration_ms: 'duration',
  span_count: 'spans',
  total_tokens: 'tokens',
  total_cost: 'cost',
} as const satisfies Record<SortField, string>;

/** Up to so many candidates it is cheaper to look at each than to walk the rows in the order asked for. */
const FEW_CANDIDATES = 2000;

const KEY_TEXT = `CASE typeof(r.key) WHEN 'blob' THEN lower(hex(r.key)) ELSE r.key END`;

const afterCondition = (column: string, { direction, value, key, keyIncluded }: PageStart): Condition => {
  const isLater = `${KEY_TEXT} ${keyIncluded ? '>=' : '>'} ?`;
  if (value === null)
    return direction === 'desc'
      ? { sql: `r.${column} IS NULL AND ${isLater}`, values: [key] }
      : { sql: `(r.${column} IS NOT NULL OR ${isLater})`, values: [key] };
  const beyond =
    direction === 'asc'
      ? `r.${column} >= ?`
      : column === 'start'
        ? `r.start <= ?`
        : `(r.${column} <= ? OR r.${column} IS NULL)`;
  return { sql: `${beyond} AND (r.${column} IS NOT ? OR ${isLater})`, values: [value, value, key] };
};

export const openDayReader = (path: string): DayReader => {
  const database: DatabaseSync = openIndexForReading(path);
  const all = <T>(sql: string, values: readonly SQLInputValue[], bigints = false): T[] => {
    const statement = database.prepare(sql);
    if (bigints) statement.setReadBigInts(true);
    return statement.all(...values) as unknown as T[];
  };

  const countDriver = (driver: Driver, project: number, residual: readonly Condition[], limit: number): number => {
    const from = residual.length === 0 ? driver.countFrom : driver.from;
    const where = [driver.where, ...residual].map(({ sql }) => sql).join(' AND ');
    const values = [project, ...[driver.where, ...residual].flatMap((condition) => condition.values), limit];
    const [row] = all<{ count: number }>(
      `SELECT count(*) AS count FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ?)`,
      values,
    );
    return row?.count ?? 0;
  };

  const residualOf = (driver: Driver, filter: TraceFilter): Condition[] =>
    [...conditionsOf(filter)].filter(([name]) => !driver.settles.includes(name)).map(([, condition]) => condition);

  const narrowest = (project: number, filter: TraceFilter): { driver: Driver; candidates: number } | null => {
    let best: { driver: Driver; candidates: number } | null = null;
    for (const driver of filterDrivers(filter)) {
      const candidates = countDriver(driver, project, [], Math.min(FEW_CANDIDATES, best?.candidates ?? FEW_CANDIDATES));
      if (best === null || candidates < best.candidates) best = { driver, candidates };
    }
    return best;
  };

  const driverFor = (project: number, filter: TraceFilter, column: (typeof COLUMN_OF_SORT)[SortField]): Driver => {
    const best = narrowest(project, filter);
    if (best !== null && (best.candidates < FEW_CANDIDATES || best.driver.orderedBy === column)) return best.driver;
    return column === 'start' ? startDriver(filter) : columnDriver(column);
  };

  return {
    projects: () => all<{ id: number; name: string }>('SELECT id, name FROM project', []),
    range(project) {
      const [first] = all<{ start: bigint }>(
        'SELECT start FROM trace INDEXED BY trace_start WHERE project = ? ORDER BY start LIMIT 1',
        [project],
        true,
      );
      const [last] = all<{ start: bigint }>(
        'SELECT start FROM trace INDEXED BY trace_start WHERE project = ? ORDER BY start DESC LIMIT 1',
        [project],
        true,
      );
      return first === undefined || last === undefined ? null : { first: first.start, last: last.start };
    },
    hits(project, query, after, limit) {
      const column = COLUMN_OF_SORT[query.sort.field];
      const driver = driverFor(project, query.filter, column);
      const conditions = [driver.where, ...residualOf(driver, query.filter)];
      if (after !== null) conditions.push(afterCondition(column, after));
      const orderColumn = driver.from.startsWith('term') && column === 'start' ? 't.start' : `r.${column}`;
      const hits = all<{ id: bigint; key: Uint8Array | string; value: bigint | number | null }>(
        `SELECT r.id AS id, r.key AS key, r.${column} AS value FROM ${driver.from}
         WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}
         ORDER BY ${orderColumn} ${query.sort.direction}, ${KEY_TEXT} LIMIT ?`,
        [project, ...conditions.flatMap((condition) => condition.values), limit],
        true,
      );
      return hits.map(({ id, key, value }) => ({ id: Number(id), key: fromStoredKey(key), value }));
    },
    count(project, filter, limit) {
      const driver = narrowest(project, filter)?.driver ?? startDriver(filter);
      return countDriver(driver, project, residualOf(driver, filter), limit);
    },
    rows: (ids) =>
      all<Omit<ReadRow, 'id'> & { readonly id: bigint }>(
        `SELECT r.*, p.name AS project FROM trace r JOIN project p ON p.id = r.project WHERE r.id IN (${ids.join(', ')})`,
        [],
        true,
      ).map((row) => ({ ...row, id: Number(row.id) })),
    find: (project, key) =>
      all<{ id: bigint; project: string; start: bigint }>(
        `SELECT r.id AS id, p.name AS project, r.start AS start FROM trace r JOIN project p ON p.id = r.project
         WHERE r.key = ?${project === null ? '' : ' AND p.name = ?'}`,
        project === null ? [toStoredKey(key)] : [toStoredKey(key), project],
        true,
      ).map((row) => ({ ...row, id: Number(row.id) })),
    fragments: (id) =>
      all<Record<string, unknown>>(
        'SELECT kind, received, key_environment, segment, block, block_length, offset, length FROM fragment WHERE trace = ? ORDER BY seq',
        [id],
      ).map(toStoredFragment),
    usage: () =>
      all<{ name: string; day: number; traces: number; spans: number; bytes: number }>(
        'SELECT p.name AS name, u.day AS day, u.traces AS traces, u.spans AS spans, u.bytes AS bytes FROM usage u JOIN project p ON p.id = u.project',
        [],
      ).map(({ name, day, ...counts }) => ({ project: name, day: dayName(day), ...counts })),
    close() {
      database.close();
    },
  };
};
