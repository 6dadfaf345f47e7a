import type { Client } from '@elastic/elasticsearch';
import type { TraceSummary } from 'noveum-proto';

import { decodeCursor, encodeCursor, type PageEnd } from '../../page-cursor.js';
import { type SortField, type TracePage, type TraceQuery, UnusableCursor } from '../../trace-store.js';
import { filterQuery } from './filter-query.js';
import { type NewestHeads, timesOf } from './newest-heads.js';
import { type HeadSearch, type ListedHead, placeIn, searchHeads } from './search-heads.js';

const COUNTED = 10_000;
/** What Elasticsearch gives by offset. */
const WINDOW = 10_000;

const totalOf = (found: number, count: TraceQuery['count']): Pick<TracePage, 'total' | 'totalRelation'> =>
  count === 'exact' || found <= COUNTED
    ? { total: found, totalRelation: 'eq' }
    : { total: COUNTED, totalRelation: 'gte' };

const fits = (value: PageEnd['value'], field: SortField): boolean => {
  if (field === 'start_time') return typeof value === 'bigint';
  return field === 'span_count' ? Number.isSafeInteger(value) : typeof value !== 'bigint';
};

const pageEndOf = ({ cursor, sort }: TraceQuery): PageEnd | null => {
  if (cursor === undefined) return null;
  const end = decodeCursor(cursor, sort.field, sort.direction);
  if (!fits(end.value, sort.field)) throw new UnusableCursor('cursor must be one that this server gave');
  return end;
};

/** By id; where they are the same trace, they are one after the other. */
const byTrace = (heads: readonly ListedHead[]): readonly (readonly [ListedHead, ...ListedHead[]])[] =>
  [...Map.groupBy(heads, ({ id }) => id).values()] as [ListedHead, ...ListedHead[]][];

export interface PageTools {
  readonly client: Client;
  readonly alias: string;
  readonly newest: NewestHeads;
  /** Of a trace that several indices hold, the summary of all of it. */
  readonly fold: (head: ListedHead) => Promise<TraceSummary>;
}

const isNewestFirst = ({ direction, field }: TraceQuery['sort']): boolean =>
  field === 'start_time' && direction === 'desc';

/**
 * A page of a list. What several indices hold of a trace counts twice until the writers join it. Cursors are places in
 * an order without ties, not points in time: they are good for as long as one likes, what is there throughout is
 * neither missed nor repeated, and what comes behind them is found.
 */
export const findPage = async ({ alias, client, fold, newest }: PageTools, query: TraceQuery): Promise<TracePage> => {
  const { count, filter, limit, offset, sort } = query;
  const after = pageEndOf(query);
  const from = after === null ? offset : 0;
  const size = Math.min(limit + 1, WINDOW - from);
  const asked: Omit<HeadSearch, 'sort'> = { query: filterQuery(filter), size, from, after };
  const counted = count === 'exact' ? true : COUNTED + 1;
  const { heads, total } = await (isNewestFirst(sort)
    ? newest({ ...asked, ...timesOf(filter) }, counted)
    : searchHeads(client, alias, { ...asked, sort }, counted));
  const page = heads.slice(0, limit);
  const last = page.at(-1);
  const isMore = heads.length > limit || (size === limit && total > from + limit);
  const traces = byTrace(page).map(async ([head, ...others]) => (others.length === 0 ? head.summary : fold(head)));
  return {
    traces: await Promise.all(traces),
    ...totalOf(total, count),
    nextCursor: last === undefined || !isMore ? null : encodeCursor({ ...sort, ...placeIn(last.summary, sort.field) }),
  };
};
