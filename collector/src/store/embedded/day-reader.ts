import type { ProjectUsage, TraceFilter, TraceQuery } from '../trace-store.js';
import { chooseDriver, countRows, residualOf } from './choose-driver.js';
import { dayName } from './day.js';
import { openIndexForReading } from './schema.js';
import type { Driver } from './filter-sql.js';
import { createStatements } from './statements.js';
import { type StoredFragment, toStoredFragment } from './stored-fragment.js';
import { toStoredKey } from './stored-key.js';
import { READ_COLUMNS, type ReadRow } from './summary-of-row.js';
import { createWalk, type Walk } from './trace-walk.js';

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
  /** `matches`: what `count` gave, where it was not stopped. */
  walk(project: number, query: TraceQuery, matches: number | null): Walk;
  /** At most `limit`. */
  count(project: number, filter: TraceFilter, limit: number): number;
  rows(ids: readonly number[]): readonly ReadRow[];
  find(project: string | null, key: string): readonly FoundTrace[];
  fragments(id: number): readonly StoredFragment[];
  usage(): readonly ProjectUsage[];
  close(): void;
}

const FIRST_AND_LAST = ['', ' DESC'].map(
  (direction) => `SELECT start FROM trace INDEXED BY trace_scan WHERE project = ? ORDER BY start${direction} LIMIT 1`,
);

const SELECT_ROWS = `SELECT ${READ_COLUMNS.map((column) => `r.${column}`).join(', ')}, p.name AS project
  FROM trace r JOIN project p ON p.id = r.project WHERE r.id IN (SELECT value FROM json_each(?))`;

/** null: there is no such day, or its writer is just making it. */
export const openDayReader = (path: string): DayReader | null => {
  const database = openIndexForReading(path);
  if (database === null) return null;
  const all = createStatements(database);
  /** A query asks for its way twice: to count, and to walk. */
  const chosen = new WeakMap<TraceFilter, Map<number, Driver>>();
  const driverFor = (project: number, filter: TraceFilter): Driver => {
    const held = chosen.get(filter) ?? new Map<number, Driver>();
    chosen.set(filter, held);
    const driver = held.get(project) ?? chooseDriver(all, project, filter);
    held.set(project, driver);
    return driver;
  };

  return {
    projects: () => all<{ id: number; name: string }>('SELECT id, name FROM project', []),
    range(project) {
      const [first, last] = FIRST_AND_LAST.map((sql) => all<{ start: bigint }>(sql, [project], true)[0]);
      return first === undefined || last === undefined ? null : { first: first.start, last: last.start };
    },
    walk: (project, query, matches) =>
      createWalk(all, project, query, { chosen: driverFor(project, query.filter), matches }),
    count(project, filter, limit) {
      const driver = driverFor(project, filter);
      return countRows(all, project, driver, residualOf(driver, filter), limit);
    },
    rows: (ids) => all<ReadRow>(SELECT_ROWS, [JSON.stringify(ids)], true),
    find: (project, key) =>
      all<{ id: bigint; project: string; start: bigint }>(
        `SELECT r.id AS id, p.name AS project, r.start AS start FROM trace r JOIN project p ON p.id = r.project
         WHERE r.key = ?${project === null ? '' : ' AND p.name = ?'}`,
        project === null ? [toStoredKey(key)] : [toStoredKey(key), project],
        true,
      ).map((row) => ({ ...row, id: Number(row.id) })),
    fragments: (id) =>
      all<Record<string, unknown>>(
        'SELECT kind, received, key_environment, segment, block, block_length, offset, length, span_ids FROM fragment WHERE trace = ? ORDER BY seq',
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
