import type { ProjectUsage, TraceFilter, TraceQuery } from '../trace-store.js';
import { createDayAnalytics, createSliceMemory, type DayAnalytics, type SliceMemory } from './analytics/index.js';
import { chooseDriver, countRows, joinConditions, residualOf } from './choose-driver.js';
import type { FacetField, FacetQuery } from '../facet-query.js';
import type { GroupQuery } from '../group-query.js';
import { dayName } from './day.js';
import { type PartFacet, partFacets } from './facets.js';
import { openIndexForReading } from './schema.js';
import type { Condition } from './condition.js';
import { type Driver, rowConditionsOf } from './filter-sql.js';
import { createStatements } from './statements.js';
import { type StoredFragment, toStoredFragment } from './stored-fragment.js';
import { fromStoredKey, toStoredKey } from './stored-key.js';
import { type ReadRow, SELECT_READ_ROWS } from './summary-of-row.js';
import { createPartGroups, type PartGroups } from './trace-groups.js';
import { createWalk, type Walk } from './trace-walk.js';

export interface FoundTrace {
  readonly id: number;
  readonly project: string;
  readonly start: bigint;
}

export interface ListedTrace extends FoundTrace {
  readonly key: string;
}

/** A trace with how much is held of it. */
export interface CountedTrace extends ListedTrace {
  readonly spans: number;
  readonly fragments: number;
}

/** Which traces a list of those that are not in the text index takes. */
export interface UnindexedOptions {
  /** Those that came after it, and of the latest before it those to which something was added since. */
  readonly rank: number;
  readonly receivedAtMillis: number;
  readonly limit: number;
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
  facets(project: number, query: FacetQuery, limit: number): ReadonlyMap<FacetField, PartFacet>;
  groups(project: number, query: GroupQuery): PartGroups;
  rows(ids: readonly number[]): readonly ReadRow[];
  find(project: string | null, key: string): readonly FoundTrace[];
  /** The trace if a filter lets it through; what the filter says of texts isn't looked at. */
  match(project: string, key: string, filter: TraceFilter): FoundTrace | null;
  /** The latest first, of those that the filter lets through. */
  unindexed(filter: TraceFilter, options: UnindexedOptions): readonly ListedTrace[];
  /** In the order in which they came, at most `limit` after a trace's id. */
  after(id: number, limit: number): readonly ListedTrace[];
  /** The same with what is held of them. */
  counted(id: number, limit: number): readonly CountedTrace[];
  /** The id of the trace that came last; 0: there is none. */
  lastId(): number;
  fragments(id: number): readonly StoredFragment[];
  usage(): readonly ProjectUsage[];
  readonly analytics: DayAnalytics;
  close(): void;
}

const FIRST_AND_LAST = ['', ' DESC'].map(
  (direction) => `SELECT start FROM trace INDEXED BY trace_scan WHERE project = ? ORDER BY start${direction} LIMIT 1`,
);

const SELECT_ROWS = `${SELECT_READ_ROWS} WHERE r.id IN (SELECT value FROM json_each(?))`;

/** null: there is no such day, or its writer is just making it. */
const LISTED =
  'SELECT r.id AS id, r.key AS key, p.name AS project, r.start AS start FROM trace r JOIN project p ON p.id = r.project';

const COUNTED = LISTED.replace(' FROM ', ', r.spans AS spans, r.fragments AS fragments FROM ');

/** Of traces that came before those that are not indexed, so many may have got more since. */
const LATE_TRACES = 5_000;

interface ListedRow {
  readonly id: bigint;
  readonly key: Uint8Array | string;
  readonly project: string;
  readonly start: bigint;
}

const toListed = ({ id, key, project, start }: ListedRow): ListedTrace => ({
  id: Number(id),
  key: fromStoredKey(key),
  project,
  start,
});

export const openDayReader = (path: string, memory: SliceMemory = createSliceMemory()): DayReader | null => {
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
    analytics: createDayAnalytics(database, all, memory),
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
    facets: (project, query, limit) => partFacets(all, project, query, limit),
    groups: (project, query) => createPartGroups(all, project, query),
    rows: (ids) => all<ReadRow>(SELECT_ROWS, [JSON.stringify(ids)], true),
    find: (project, key) =>
      all<{ id: bigint; project: string; start: bigint }>(
        `SELECT r.id AS id, p.name AS project, r.start AS start FROM trace r JOIN project p ON p.id = r.project
         WHERE r.key = ?${project === null ? '' : ' AND p.name = ?'}`,
        project === null ? [toStoredKey(key)] : [toStoredKey(key), project],
        true,
      ).map((row) => ({ ...row, id: Number(row.id) })),
    match(project, key, filter) {
      const asked = joinConditions([
        { sql: 'r.key = ? AND p.name = ?', values: [toStoredKey(key), project] },
        ...rowConditionsOf(filter),
      ]);
      const [row] = all<ListedRow>(`${LISTED} WHERE ${asked.sql}`, asked.values, true);
      return row === undefined ? null : toListed(row);
    },
    unindexed(filter, { rank, receivedAtMillis, limit }) {
      const projects = filter.project === null ? [] : [{ sql: 'p.name = ?', values: [filter.project] }];
      const list = (where: Condition): ListedTrace[] => {
        const asked = joinConditions([where, ...projects, ...rowConditionsOf(filter)]);
        const sql = `${LISTED} WHERE ${asked.sql} ORDER BY r.start DESC LIMIT ?`;
        return all<ListedRow>(sql, [...asked.values, limit], true).map(toListed);
      };
      return [
        ...list({ sql: 'r.id > ?', values: [rank] }),
        ...list({
          sql: 'r.id > ? AND r.id <= ? AND r.last_received >= ?',
          values: [rank - LATE_TRACES, rank, receivedAtMillis],
        }),
      ];
    },
    after: (id, limit) =>
      all<ListedRow>(`${LISTED} WHERE r.id > ? ORDER BY r.id LIMIT ?`, [id, limit], true).map(toListed),
    counted: (id, limit) =>
      all<ListedRow & { readonly spans: bigint; readonly fragments: bigint }>(
        `${COUNTED} WHERE r.id > ? ORDER BY r.id LIMIT ?`,
        [id, limit],
        true,
      ).map((row) => ({ ...toListed(row), spans: Number(row.spans), fragments: Number(row.fragments) })),
    lastId: () => all<{ id: number }>('SELECT coalesce(max(id), 0) AS id FROM trace', [])[0]?.id ?? 0,
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
