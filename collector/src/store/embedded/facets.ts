import { beginsWith, type Facet, type FacetField, type FacetQuery, type Facets, mostFirst } from '../facet-query.js';
import { STATUS_NAME } from '../fact-sums/index.js';
import { chooseRowDriver, joinConditions, residualOf } from './choose-driver.js';
import type { Condition } from './condition.js';
import { type Driver, kindDriver, tagsDriver } from './filter-sql.js';
import { driverOfGroups } from './trace-groups.js';
import { splitList } from './row-columns.js';
import type { RunQuery } from './statements.js';

/** What one project's traces of one day have. */
export interface PartFacet {
  readonly counts: ReadonlyMap<string, number>;
  /** How many values there are; greater than `counts` holds where only those of the most traces were asked for. */
  readonly totalValues: number;
  /** False: there are more values than were looked at. */
  readonly isWhole: boolean;
}

/** Rows of texts to be split; each is one kind of trace or one list of tags. */
const MAX_ROWS = 50_000;

const KIND_COLUMN = {
  environment: 'environment',
  status: 'status',
  service: 'services',
  model: 'models',
  provider: 'providers',
  type: 'types',
  name: 'name',
  errorType: 'error_types',
} as const satisfies Partial<Record<FacetField, string>>;

const GROUP_COLUMN = { userId: 'user', sessionId: 'session' } as const;

type KindField = keyof typeof KIND_COLUMN;

const isKindField = (field: FacetField): field is KindField => field in KIND_COLUMN;

interface KindRow extends Readonly<Record<Exclude<(typeof KIND_COLUMN)[KindField], 'status'>, string | null>> {
  readonly status: number;
  readonly count: number;
}

const LISTS: readonly KindField[] = ['service', 'model', 'provider', 'type', 'errorType'];

const valuesOf = (row: KindRow, field: KindField): readonly string[] => {
  if (field === 'status') return [STATUS_NAME[row.status] ?? ''];
  const text = row[KIND_COLUMN[field]];
  return LISTS.includes(field) ? splitList(text) : text === null ? [] : [text];
};

const likePrefix = (prefix: string): string => `${prefix.replace(/[\\%_]/g, '\\$&')}%`;

/** How many of one project's traces of one day have which values; of users, sessions and tags `limit`. */
export const partFacets = (
  run: RunQuery,
  project: number,
  { filter, fields, prefix }: FacetQuery,
  limit: number,
): Map<FacetField, PartFacet> => {
  const fits = beginsWith(prefix);

  const conditionsOf = (driver: Driver, more: readonly Condition[]): Condition =>
    joinConditions([driver.where, ...residualOf(driver, filter), ...more]);

  const kinds = (asked: readonly KindField[]): [FacetField, PartFacet][] => {
    if (asked.length === 0) return [];
    const ofKinds = kindDriver(filter);
    const driver = residualOf(ofKinds, filter).length === 0 ? ofKinds : chooseRowDriver(run, project, filter);
    const { sql, values } = conditionsOf(driver, []);
    const rows = run<KindRow>(
      `SELECT k.*, c.count AS count FROM
         (SELECT r.kind AS kind, count(*) AS count FROM ${driver.from} WHERE ${sql} GROUP BY r.kind ORDER BY count DESC LIMIT ?) c
       CROSS JOIN kind k ON k.id = c.kind`,
      [project, ...values, MAX_ROWS],
    );
    return asked.map((field) => [field, counted(rows, (row) => valuesOf(row, field))]);
  };

  const counted = <Row extends { readonly count: number }>(
    rows: readonly Row[],
    valuesIn: (row: Row) => readonly string[],
  ): PartFacet => {
    const counts = new Map<string, number>();
    for (const row of rows)
      for (const value of new Set(valuesIn(row)))
        if (fits(value)) counts.set(value, (counts.get(value) ?? 0) + row.count);
    return { counts, totalValues: counts.size, isWhole: rows.length < MAX_ROWS };
  };

  /** The values of a column that are not null. */
  const column = (driver: Driver, name: string): PartFacet => {
    const { sql, values } = conditionsOf(driver, [
      { sql: `${name} IS NOT NULL`, values: [] },
      ...(prefix === '' ? [] : [{ sql: `${name} LIKE ? ESCAPE '\\'`, values: [likePrefix(prefix)] }]),
    ]);
    const grouped = `FROM ${driver.from} WHERE ${sql} GROUP BY ${name}`;
    const rows = run<{ value: string; count: number }>(
      `SELECT ${name} AS value, count(*) AS count ${grouped} ORDER BY count DESC, value LIMIT ?`,
      [project, ...values, limit],
    );
    const counts = new Map(rows.map(({ value, count }) => [value, count]));
    if (rows.length < limit) return { counts, totalValues: rows.length, isWhole: true };
    const [total] = run<{ count: number }>(`SELECT count(*) AS count FROM (SELECT 1 ${grouped})`, [project, ...values]);
    return { counts, totalValues: total?.count ?? 0, isWhole: true };
  };

  const tags = (): PartFacet => {
    const ofTerms = tagsDriver(filter);
    if (residualOf(ofTerms, filter).length === 0) return column(ofTerms, 't.value');
    const driver = chooseRowDriver(run, project, filter);
    const { sql, values } = conditionsOf(driver, [{ sql: 'r.tags IS NOT NULL', values: [] }]);
    const rows = run<{ tags: string; count: number }>(
      `SELECT r.tags AS tags, count(*) AS count FROM ${driver.from} WHERE ${sql} GROUP BY r.tags ORDER BY count DESC LIMIT ?`,
      [project, ...values, MAX_ROWS],
    );
    return counted(rows, (row) => splitList(row.tags));
  };

  const found = new Map(kinds(fields.filter(isKindField)));
  for (const field of fields) {
    if (field === 'tag') found.set(field, tags());
    else if (!isKindField(field)) {
      const name = GROUP_COLUMN[field];
      found.set(field, column(driverOfGroups(run, project, name, filter), `r.${name}`));
    }
  }
  return found;
};

/** Values of one part are looked at up to here where there are other parts, whose counts are to be added. */
const MERGED_VALUES = 200_000;
const MIN_PART_VALUES = 1_000;

export const partLimit = (limit: number, parts: number): number =>
  parts <= 1 ? limit : Math.max(MIN_PART_VALUES, Math.floor(MERGED_VALUES / parts));

/** The facets of all parts together. */
export const mergeFacets = (parts: readonly ReadonlyMap<FacetField, PartFacet>[], query: FacetQuery): Facets =>
  new Map(
    query.fields.map((field) => [
      field,
      mergeFacet(
        parts.flatMap((part) => part.get(field) ?? []),
        query,
      ),
    ]),
  );

const mergeFacet = (parts: readonly PartFacet[], { limit }: FacetQuery): Facet => {
  const [only] = parts;
  if (only !== undefined && parts.length === 1)
    return {
      values: mostFirst(only.counts, limit),
      totalValues: only.totalValues,
      relation: only.isWhole ? 'eq' : 'gte',
    };
  const counts = new Map<string, number>();
  for (const part of parts)
    for (const [value, count] of part.counts) counts.set(value, (counts.get(value) ?? 0) + count);
  const isWhole = parts.every((part) => part.isWhole && part.counts.size === part.totalValues);
  return { values: mostFirst(counts, limit), totalValues: counts.size, relation: isWhole ? 'eq' : 'gte' };
};
