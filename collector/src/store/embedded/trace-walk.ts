import type { TraceQuery } from '../trace-store.js';
import { countRows, FEW_ROWS, joinConditions, residualOf } from './choose-driver.js';
import type { PageEnd } from '../page-cursor.js';
import type { Condition } from './condition.js';
import { COLUMN_DRIVERS, type Driver, DURATION_DRIVER, scanDriver } from './filter-sql.js';
import type { RunQuery } from './statements.js';
import { fromStoredKey, toStoredKey } from './stored-key.js';

export type SortValue = bigint | number | null;

export interface Hit {
  readonly id: number;
  readonly key: string;
  readonly value: SortValue;
}

/** Where to go on: behind a trace, or (`key` null) at the first that has the value. */
export interface WalkStart extends Pick<PageEnd, 'value'> {
  readonly key: string | null;
  /** In a project that comes later, a trace with the very value and key is still to come. */
  readonly keyIncluded: boolean;
}

const COLUMN_OF_SORT = {
  start_time: 'start',
  duration_ms: 'duration',
  span_count: 'spans',
  total_tokens: 'tokens',
  total_cost: 'cost',
} as const;

type Column = (typeof COLUMN_OF_SORT)[keyof typeof COLUMN_OF_SORT];

/** What is skipped is walked over with look-ups of rows, where filters are not in the sort's index. */
const DEEP_OFFSET = 1_000;
const SORTED_ROWS = 10_000;
/** Of so many that have one value, the first by key are found sooner in the order of keys. */
const MANY_TIES = 2_000;
/** Looked at beyond a page, for the rest of its last value: SQLite keeps the first so many in order as it goes. */
const FEW_TIES = 16;

const NEVER_NULL: readonly Column[] = ['start', 'spans'];

const KEY_TEXT = `CASE typeof(r.key) WHEN 'blob' THEN lower(hex(r.key)) ELSE r.key END`;
/** Blobs come after every text. */
const KEY_IS_BLOB: Condition = { sql: `r.key >= x''`, values: [] };
const KEY_IS_TEXT: Condition = { sql: `r.key < x''`, values: [] };

const compareKeys = (a: Hit, b: Hit): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

interface Found {
  readonly id: bigint;
  readonly value: SortValue;
}

export interface Walk {
  /** Whether places far behind can be found without what comes before them. */
  readonly isIndexed: boolean;
  /** In the query's order, at most `limit`. */
  hits(start: WalkStart | null, limit: number): readonly Hit[];
  /** The sort value of the trace `rank` places behind the first one at or behind `value`; undefined: there is none. */
  valueAt(value: SortValue | undefined, rank: number): SortValue | undefined;
  /** Traces that come before all that have the value, counted up to `limit`. */
  countBefore(value: SortValue, limit: number): number;
}

/** Rows of one project as a query finds and orders them. `matches`: how many there are, where that is known. */
export const createWalk = (
  run: RunQuery,
  project: number,
  query: TraceQuery,
  { chosen: shortest, matches }: { readonly chosen: Driver; readonly matches: number | null },
): Walk => {
  const { filter, sort } = query;
  const { direction } = sort;
  const column = COLUMN_OF_SORT[sort.field];
  const ofColumn = column === 'start' || column === 'spans' ? null : COLUMN_DRIVERS[column];
  const byColumn = ofColumn ?? scanDriver(filter);
  const isIndexed = column !== 'spans';
  /** Of the indices by column, that of durations alone has those that have no value. */
  const ofNulls = column === 'duration' ? byColumn : scanDriver(filter);
  /** The index of durations is the narrowest, but what is sorted by may not be in it. */
  const chosen = shortest === DURATION_DRIVER && ofColumn === null ? byColumn : shortest;
  /** The way in the order of the sort; null: there are so few, or so many to be skipped, that all are sorted. */
  const ordered = ((): Driver | null => {
    if (chosen.orderedBy === column) return chosen;
    if (matches !== null && matches <= (column === 'start' || query.offset < DEEP_OFFSET ? FEW_ROWS : SORTED_ROWS))
      return null;
    return byColumn;
  })();

  const valueIn = (driver: Driver): string =>
    driver.from.startsWith('tag') && column === 'start' ? 't.start' : `r.${column}`;
  const orderOf = (driver: Driver): string => `${valueIn(driver)} ${direction}`;

  const select = (driver: Driver, conditions: readonly Condition[], orderBy: string, limit: number): Hit[] => {
    const { sql, values } = joinConditions([driver.where, ...residualOf(driver, filter), ...conditions]);
    return run<{ id: bigint; key: Uint8Array | string; value: SortValue }>(
      `SELECT r.id AS id, r.key AS key, r.${column} AS value FROM ${driver.from} WHERE ${sql} ORDER BY ${orderBy} LIMIT ?`,
      [project, ...values, limit],
      true,
    ).map(({ id, key, value }) => ({ id: Number(id), key: fromStoredKey(key), value }));
  };

  const isBehind = (driver: Driver, value: SortValue): Condition => {
    if (value === null)
      return direction === 'desc' ? { sql: 'FALSE', values: [] } : { sql: `r.${column} IS NOT NULL`, values: [] };
    return { sql: `${valueIn(driver)} ${direction === 'desc' ? '<' : '>'} ?`, values: [value] };
  };

  const isAfterKey = ({ key, keyIncluded }: WalkStart): Condition[] =>
    key === null ? [] : [{ sql: `${KEY_TEXT} ${keyIncluded ? '>=' : '>'} ?`, values: [key] }];

  /** Those that have the very value, in the order of their keys. */
  const ties = (start: WalkStart, limit: number): Hit[] => {
    const { value, key } = start;
    if (limit === 0 || (value === null && NEVER_NULL.includes(column))) return [];
    const hasValue: Condition = { sql: `r.${column} IS ?`, values: [value] };
    const conditions = [hasValue, ...isAfterKey(start)];
    const byValue = value === null ? ofNulls : byColumn;
    const count = countRows(run, project, byValue, [hasValue], MANY_TIES);
    if (count === 0) return [];
    if (count < MANY_TIES) return select(byValue, conditions, KEY_TEXT, limit);
    const byKey = (isOfKind: Condition, bound: Condition[]): Hit[] =>
      select(KEY_DRIVER, [isOfKind, ...bound, ...conditions], 'r.key', limit);
    const stored = key === null ? null : toStoredKey(key);
    const from: Condition[] = stored === null ? [] : [{ sql: 'r.key >= ?', values: [stored] }];
    const blobs = byKey(KEY_IS_BLOB, stored !== null && typeof stored !== 'string' ? from : []);
    const texts = byKey(KEY_IS_TEXT, typeof stored === 'string' ? from : []);
    return [...blobs, ...texts].sort(compareKeys).slice(0, limit);
  };

  const tiesOf = (value: SortValue, limit: number): Hit[] => ties({ value, key: null, keyIncluded: false }, limit);

  /** No index has the order of span counts, which are seldom asked for: all are sorted. Keys, which lie in the rows, are looked up of the first alone. */
  const sorted = (driver: Driver, conditions: readonly Condition[], limit: number): Hit[] => {
    const { sql, values } = joinConditions([driver.where, ...residualOf(driver, filter), ...conditions]);
    const rows = run<Found>(
      `SELECT r.id AS id, r.${column} AS value FROM ${driver.from} WHERE ${sql} ORDER BY ${orderOf(driver)} LIMIT ?`,
      [project, ...values, limit + FEW_TIES],
      true,
    );
    const last = rows[limit - 1];
    if (last === undefined) return withKeys(rows);
    const sure = rows.filter(({ value }) => value !== last.value);
    if (rows.length === limit + FEW_TIES && rows.at(-1)?.value === last.value)
      return [...withKeys(sure), ...tiesOf(last.value, limit - sure.length)];
    const wanted = rows.slice(0, rows.findLastIndex(({ value }) => value === last.value) + 1);
    return inKeyOrder(withKeys(wanted)).slice(0, limit);
  };

  const withKeys = (found: readonly Found[]): Hit[] => {
    const rows = run<{ id: bigint; key: Uint8Array | string }>(
      'SELECT id, key FROM trace WHERE id IN (SELECT value FROM json_each(?))',
      [JSON.stringify(found.map(({ id }) => Number(id)))],
      true,
    );
    const keys = new Map(rows.map(({ id, key }) => [id, fromStoredKey(key)]));
    return found.flatMap(({ id, value }) => {
      const key = keys.get(id);
      return key === undefined ? [] : [{ id: Number(id), key, value }];
    });
  };

  /** Those behind a value (undefined: from the first on) that have one. */
  const valued = (driver: Driver, value: SortValue | undefined, limit: number): Hit[] => {
    if (limit === 0) return [];
    const conditions = [
      ...(value === undefined ? [] : [isBehind(driver, value)]),
      ...(NEVER_NULL.includes(column) ? [] : [{ sql: `r.${column} IS NOT NULL`, values: [] }]),
    ];
    if (!isIndexed) return sorted(driver, conditions, limit);
    const rows = select(driver, conditions, orderOf(driver), limit + 1);
    const last = rows[limit - 1];
    const beyond = rows[limit];
    if (last === undefined || beyond?.value !== last.value) return rows.slice(0, limit);
    // The limit cuts those of one value apart, and they came in no order.
    const sure = rows.filter((row) => row.value !== last.value);
    return [...sure, ...tiesOf(last.value, limit - sure.length)];
  };

  const walk = (driver: Driver, start: WalkStart | null, limit: number): Hit[] => {
    const hits = start === null ? [] : ties(start, limit);
    const value = start?.value;
    if (direction === 'asc' && start === null) hits.push(...tiesOf(null, limit));
    if (direction === 'asc' || value !== null) hits.push(...valued(driver, value, limit - hits.length));
    if (direction === 'desc' && value !== null) hits.push(...tiesOf(null, limit - hits.length));
    return inKeyOrder(hits);
  };

  const afterCondition = ({ value, key, keyIncluded }: WalkStart): Condition => {
    const [after = { sql: 'TRUE', values: [] }] = isAfterKey({ value, key, keyIncluded });
    const behind = isBehind(chosen, value);
    const lowest = direction === 'desc' && value !== null ? ` OR r.${column} IS NULL` : '';
    return {
      sql: `(${behind.sql}${lowest} OR (r.${column} IS ? AND ${after.sql}))`,
      values: [...behind.values, value, ...after.values],
    };
  };

  return {
    isIndexed,
    hits(start, limit) {
      if (ordered !== null) return walk(ordered, start, limit);
      const conditions = start === null ? [] : [afterCondition(start)];
      return select(chosen, conditions, `r.${column} ${direction}, ${KEY_TEXT}`, limit);
    },
    valueAt(value, rank) {
      const driver = ordered ?? chosen;
      const { sql, values } = joinConditions([
        driver.where,
        ...residualOf(driver, filter),
        { sql: `r.${column} IS NOT NULL`, values: [] },
        ...(value === undefined || value === null
          ? []
          : [{ sql: `${valueIn(driver)} ${direction === 'desc' ? '<=' : '>='} ?`, values: [value] }]),
      ]);
      const [row] = run<{ value: SortValue }>(
        `SELECT r.${column} AS value FROM ${driver.from} WHERE ${sql} ORDER BY ${orderOf(driver)} LIMIT 1 OFFSET ?`,
        [project, ...values, rank],
        true,
      );
      return row?.value;
    },
    countBefore(value, limit) {
      const driver = ordered ?? chosen;
      const operator = direction === 'desc' ? '>' : '<';
      const residual = residualOf(driver, filter);
      const before = { sql: `${valueIn(driver)} ${operator} ?`, values: [value] };
      const count = countRows(run, project, driver, [...residual, before], limit);
      if (direction === 'desc' || NEVER_NULL.includes(column)) return count;
      const isNull = { sql: `r.${column} IS NULL`, values: [] };
      return count + countRows(run, project, ofNulls, [...residualOf(ofNulls, filter), isNull], limit - count);
    },
  };
};

const KEY_DRIVER: Driver = {
  name: 'key',
  from: 'trace r INDEXED BY trace_key',
  countFrom: 'trace r INDEXED BY trace_key',
  where: { sql: 'r.project = ?1', values: [] },
  settles: [],
  orderedBy: null,
};

/** Hits that are ordered by value, with those of one value put in order. */
const inKeyOrder = (hits: Hit[]): Hit[] => {
  const groups = Map.groupBy(hits, ({ value }) => value);
  return groups.size === hits.length ? hits : [...groups.values()].flatMap((group) => group.sort(compareKeys));
};
