import type { SQLInputValue } from 'node:sqlite';

import { STATUS_CODE } from '../fact-sums/index.js';
import type { NumericField, NumericOperator, TextField, TraceFilter } from '../trace-store.js';
import type { Condition } from './condition.js';
import { durationSql } from './duration-sql.js';
import { toStoredKey } from './stored-key.js';

/** A way into the rows of one project: the table or index to walk, and what of the filter it settles. */
export interface Driver {
  readonly name: string;
  readonly from: string;
  /** The same without the rows, for counting where nothing is left to ask of them. */
  readonly countFrom: string;
  readonly where: Condition;
  /** Conditions settled by walking this way; the others are asked of each row. */
  readonly settles: readonly string[];
  /** The rows come in this order of their own. */
  readonly orderedBy: 'start' | 'duration' | 'tokens' | 'cost' | null;
}

const OPERATOR: Record<NumericOperator, string> = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=', neq: '<>' };
const COLUMN = {
  duration_ms: 'duration',
  span_count: 'spans',
  error_count: 'errors',
  total_cost: 'cost',
  total_tokens: 'tokens',
} as const satisfies Record<NumericField, string>;

const statusCode = (status: string): number => (STATUS_CODE as Readonly<Record<string, number>>)[status] ?? -1;

const SEPARATOR = '\u001f';

const textsOf = (texts: TraceFilter['equals']): [TextField, string][] => Object.entries(texts) as [TextField, string][];

/** Lists are kept as text between separators. Most have one member, and most others don't have its letters. */
const hasMember = (column: string, value: string): Condition => ({
  sql: `(${column} = ? OR (instr(${column}, ?) > 0 AND instr(char(31) || ${column} || char(31), ?) > 0))`,
  values: [value, value, SEPARATOR + value + SEPARATOR],
});

const lacksMember = (column: string, value: string): Condition => {
  const { sql, values } = hasMember(column, value);
  return { sql: `(${column} IS NULL OR NOT ${sql})`, values };
};

interface TextSql {
  readonly name: string;
  /** It is asked of the kind (`k`), not of the trace (`r`). */
  readonly ofKind: boolean;
  readonly equals: (value: string) => Condition;
  readonly differs: (value: string) => Condition;
}

const inColumn = (column: string, stored: (value: string) => SQLInputValue = (value) => value): TextSql => ({
  name: column,
  ofKind: column.startsWith('k.'),
  equals: (value) => ({ sql: `${column} = ?`, values: [stored(value)] }),
  differs: (value) => ({ sql: `${column} IS NOT ?`, values: [stored(value)] }),
});

const inList = (column: string): TextSql => ({
  name: column,
  ofKind: true,
  equals: (value) => hasMember(column, value),
  differs: (value) => lacksMember(column, value),
});

const TEXT_SQL: Readonly<Record<TextField, TextSql>> = {
  traceKey: inColumn('r.key', toStoredKey),
  userId: inColumn('r.user'),
  sessionId: inColumn('r.session'),
  name: inColumn('k.name'),
  environment: inColumn('k.environment'),
  status: inColumn('k.status', statusCode),
  service: inList('k.services'),
  model: inList('k.models'),
  provider: inList('k.providers'),
  type: inList('k.types'),
  errorType: inList('k.error_types'),
};

interface NamedCondition {
  readonly name: string;
  readonly ofKind: boolean;
  readonly condition: Condition;
}

const textConditions = ({ equals, notEquals }: TraceFilter): NamedCondition[] => [
  ...textsOf(equals).map(([field, value]) => {
    const { name, ofKind, equals: asked } = TEXT_SQL[field];
    return { name, ofKind, condition: asked(value) };
  }),
  ...textsOf(notEquals).map(([field, value]) => {
    const { name, ofKind, differs } = TEXT_SQL[field];
    return { name: `not ${name}`, ofKind, condition: differs(value) };
  }),
];

const isOfKinds = (conditions: readonly Condition[], before = ''): Condition => ({
  sql: `${before}r.kind IN (SELECT k.id FROM kind k WHERE k.project = ?1 AND ${conditions.map(({ sql }) => sql).join(' AND ')})`,
  values: conditions.flatMap(({ values }) => values),
});

const compareSql = (field: NumericField, operator: NumericOperator, value: number): Condition => {
  if (field === 'duration_ms') return durationSql(operator, value);
  const column = `r.${COLUMN[field]}`;
  if (operator === 'neq') return { sql: `${column} IS NOT ?`, values: [value] };
  return { sql: `${column} ${OPERATOR[operator]} ?`, values: [value] };
};

/** Of a row that is found by other means, of whichever project. */
const isOfItsKind = ([condition]: readonly [Condition]): Condition => ({
  sql: `EXISTS (SELECT 1 FROM kind k WHERE k.id = r.kind AND ${condition.sql})`,
  values: condition.values,
});

/** What `conditionsOf` gives, for rows that are not looked for by project: there need be no `?1` that says which. */
export const rowConditionsOf = (filter: TraceFilter): readonly Condition[] => [
  ...conditionsOf(filter, isOfItsKind).values(),
];

/** Every condition of a filter but the projects, by a name that drivers settle. */
export const conditionsOf = (
  filter: TraceFilter,
  ofKind: (conditions: readonly [Condition]) => Condition = isOfKinds,
): Map<string, Condition> => {
  const conditions = new Map<string, Condition>();
  if (filter.startUnixNano !== undefined)
    conditions.set('from', { sql: 'r.start >= ?', values: [filter.startUnixNano] });
  if (filter.endUnixNano !== undefined) conditions.set('to', { sql: 'r.start < ?', values: [filter.endUnixNano] });
  for (const { name, ofKind: isAskedOfKind, condition } of textConditions(filter))
    conditions.set(name, isAskedOfKind ? ofKind([condition]) : condition);
  if (filter.hasError !== undefined)
    conditions.set('has_error', { sql: filter.hasError ? 'r.errors > 0' : 'r.errors = 0', values: [] });
  filter.tags.forEach((tag, at) => conditions.set(`tag${String(at)}`, hasMember('r.tags', tag)));
  filter.compare.forEach(({ field, operator, value }, at) =>
    conditions.set(`compare${String(at)}`, compareSql(field, operator, value)),
  );
  return conditions;
};

const timeOf = (filter: TraceFilter, column: string): Condition => {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  if (filter.startUnixNano !== undefined) {
    parts.push(` AND ${column} >= ?`);
    values.push(filter.startUnixNano);
  }
  if (filter.endUnixNano !== undefined) {
    parts.push(` AND ${column} < ?`);
    values.push(filter.endUnixNano);
  }
  return { sql: parts.join(''), values };
};

/** The kinds that a filter lets through; all of them where it asks nothing of kinds. */
export const kindDriver = (filter: TraceFilter): Driver => {
  const asked = textConditions(filter).filter(({ ofKind }) => ofKind);
  const kinds =
    asked.length === 0
      ? { sql: '', values: [] }
      : isOfKinds(
          asked.map(({ condition }) => condition),
          ' AND ',
        );
  const time = timeOf(filter, 'r.start');
  const from = 'trace r INDEXED BY trace_kind';
  return {
    name: 'kind',
    from,
    countFrom: from,
    where: { sql: `r.project = ?1${kinds.sql}${time.sql}`, values: [...kinds.values, ...time.values] },
    settles: [...asked.map(({ name }) => name), 'from', 'to'],
    orderedBy: null,
  };
};

/** Rows that have a user or a session, in its order; the index has what is asked of them, but tags and keys. */
export const groupDriver = (column: 'user' | 'session', filter: TraceFilter): Driver =>
  indexDriver(`any ${column}`, `trace_${column}`, ` AND r.${column} IS NOT NULL`, [], filter);

/** Every tag of a project. */
export const tagsDriver = (filter: TraceFilter): Driver => {
  const time = timeOf(filter, 't.start');
  return {
    name: 'tags',
    from: 'tag t',
    countFrom: 'tag t',
    where: { sql: `t.project = ?1${time.sql}`, values: time.values },
    settles: ['from', 'to'],
    orderedBy: null,
  };
};

const tagDriver = (name: string, tag: string, filter: TraceFilter): Driver => {
  const time = timeOf(filter, 't.start');
  return {
    name,
    from: 'tag t CROSS JOIN trace r ON r.id = t.trace',
    countFrom: 'tag t',
    where: { sql: `t.project = ?1 AND t.value = ?${time.sql}`, values: [tag, ...time.values] },
    settles: [name, 'from', 'to'],
    orderedBy: 'start',
  };
};

const indexDriver = (name: string, index: string, sql: string, value: SQLInputValue[], filter: TraceFilter): Driver => {
  const time = timeOf(filter, 'r.start');
  return {
    name,
    from: `trace r INDEXED BY ${index}`,
    countFrom: `trace r INDEXED BY ${index}`,
    where: { sql: `r.project = ?1${sql}${time.sql}`, values: [...value, ...time.values] },
    settles: [name, 'from', 'to'],
    orderedBy: 'start',
  };
};

const keyDriver = (key: string): Driver => ({
  name: 'r.key',
  from: 'trace r INDEXED BY trace_key',
  countFrom: 'trace r INDEXED BY trace_key',
  where: { sql: 'r.project = ?1 AND r.key = ?', values: [toStoredKey(key)] },
  settles: ['r.key'],
  orderedBy: null,
});

/** The selective ways into a project's rows that this filter allows. */
export const filterDrivers = (filter: TraceFilter): Driver[] => {
  const { equals } = filter;
  const drivers: Driver[] = [];
  if (equals.traceKey !== undefined) drivers.push(keyDriver(equals.traceKey));
  if (equals.sessionId !== undefined)
    drivers.push(indexDriver('r.session', 'trace_session', ' AND r.session = ?', [equals.sessionId], filter));
  if (equals.userId !== undefined)
    drivers.push(indexDriver('r.user', 'trace_user', ' AND r.user = ?', [equals.userId], filter));
  filter.tags.forEach((tag, at) => drivers.push(tagDriver(`tag${String(at)}`, tag, filter)));
  if (textConditions(filter).some(({ ofKind }) => ofKind)) drivers.push(kindDriver(filter));
  drivers.push(...compareDrivers(filter));
  return drivers;
};

/** One range of an index for all that is asked of its column; how many spans is looked up in the scan. */
const compareDrivers = (filter: TraceFilter): Driver[] =>
  (['duration_ms', 'total_tokens', 'total_cost'] as const).flatMap((asked) => {
    const ranges = filter.compare.flatMap(({ field, operator, value }, at) =>
      field === asked && operator !== 'neq'
        ? [{ name: `compare${String(at)}`, ...compareSql(field, operator, value) }]
        : [],
    );
    if (ranges.length === 0) return [];
    const column = COLUMN[asked];
    const from = `trace r INDEXED BY trace_${column}`;
    return [
      {
        name: column,
        from,
        countFrom: from,
        where: {
          sql: ['r.project = ?1', ...ranges.map(({ sql }) => sql)].join(' AND '),
          values: ranges.flatMap(({ values }) => values),
        },
        settles: ranges.map(({ name }) => name),
        orderedBy: column,
      },
    ];
  });

const asksForErrors = ({ hasError, compare }: TraceFilter): boolean =>
  hasError === true ||
  compare.some(
    ({ field, operator, value }) =>
      field === 'error_count' && (value > 0 ? ['gt', 'gte', 'eq'] : value === 0 ? ['gt'] : []).includes(operator),
  );

/** The way that any filter can go, in the order of time: all that filters ask is in its index. */
export const scanDriver = (filter: TraceFilter): Driver =>
  asksForErrors(filter)
    ? indexDriver('has_error', 'trace_errors', ' AND r.errors > 0', [], filter)
    : indexDriver('scan', 'trace_scan', '', [], filter);

const columnDriver = (column: 'duration' | 'tokens' | 'cost'): Driver => ({
  name: column,
  from: `trace r INDEXED BY trace_${column}`,
  countFrom: `trace r INDEXED BY trace_${column}`,
  where: {
    // The indices of tokens and cost have no other rows.
    sql: `r.project = ?1${column === 'duration' ? '' : ` AND r.${column} IS NOT NULL`}`,
    values: [],
  },
  settles: [],
  orderedBy: column,
});

/** All rows of a project by the narrowest index. */
export const DURATION_DRIVER = columnDriver('duration');
/** Rows in the order of a column, those without one left out. */
export const COLUMN_DRIVERS = { duration: DURATION_DRIVER, tokens: columnDriver('tokens'), cost: columnDriver('cost') };
