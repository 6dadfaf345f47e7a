import type { Client, estypes } from '@elastic/elasticsearch';
import type { TraceSummary } from 'noveum-proto';

import { numberOf } from '../../matches.js';
import { decodeCursor, encodeCursor, type PageEnd } from '../../page-cursor.js';
import { type SortField, type TracePage, type TraceQuery, UnusableCursor } from '../../trace-store.js';
import { keywordOf, summaryOfField } from '../record/index.js';
import { filterQuery } from './filter-query.js';

/** A head as a list reads it. */
export interface ListedHead {
  readonly id: string;
  readonly index: string;
  readonly summary: TraceSummary;
}

export interface ListPlace {
  /** Null: the trace has no such value. */
  readonly value: bigint | number | null;
  readonly key: string;
  readonly project: string;
}

export interface HeadSearch {
  readonly query: estypes.QueryDslQueryContainer;
  readonly sort: TraceQuery['sort'];
  readonly size: number;
  readonly from?: number;
  readonly after?: ListPlace | null;
  /** Count up to so many; true: all. Default: none. */
  readonly counted?: number | boolean;
}

const COUNTED = 10_000;
/** What Elasticsearch gives by offset. */
const WINDOW = 10_000;
/** Of 64-bit integers, as starts are kept. */
const LATEST = 2n ** 63n - 1n;

const FIELD_OF_SORT: Readonly<Record<SortField, string>> = {
  start_time: 'noveum.start_unix_nano',
  duration_ms: 'duration_ms',
  total_cost: 'noveum.cost',
  total_tokens: 'noveum.tokens',
  span_count: 'span_count',
};

/** Where a missing value is the lowest, Elasticsearch holds it for this one. */
const MISSING = '-Infinity';

const sortOf = ({ direction, field }: TraceQuery['sort']): estypes.SortCombinations[] => [
  { [FIELD_OF_SORT[field]]: { order: direction, missing: direction === 'asc' ? '_first' : '_last' } },
  { 'noveum.trace_key': 'asc' },
  { project: 'asc' },
];

const searchAfter = ({ key, project, value }: ListPlace): estypes.SortResults => {
  const held = typeof value === 'bigint' ? String(value > LATEST ? LATEST : value) : (value ?? MISSING);
  return [held, keywordOf(key), keywordOf(project)];
};

/** Where a trace stands in a list: by its summary, since JSON's numbers don't hold nanoseconds. */
export const placeIn = (summary: TraceSummary, field: SortField): ListPlace => ({
  value: field === 'start_time' ? BigInt(summary.start_unix_nano) : numberOf(summary, field),
  key: summary.trace_key,
  project: summary.project,
});

const listed = (hit: estypes.SearchHit): ListedHead[] => {
  const fields = hit.fields as Readonly<Record<string, readonly unknown[]>> | undefined;
  const [stored] = fields?.['noveum.summary'] ?? [];
  return typeof stored === 'string' ? [{ id: hit._id ?? '', index: hit._index, summary: summaryOfField(stored) }] : [];
};

/** Heads in the order of a list, by their summaries alone: documents are not read. */
export const searchHeads = async (
  client: Client,
  alias: string,
  { after = null, counted = false, from = 0, query, size, sort }: HeadSearch,
): Promise<{ readonly heads: readonly ListedHead[]; readonly total: number }> => {
  const { hits } = await client.search({
    index: alias,
    ignore_unavailable: true,
    allow_partial_search_results: false,
    query,
    sort: sortOf(sort),
    size,
    ...(after === null ? { from } : { search_after: searchAfter(after) }),
    track_total_hits: counted,
    _source: false,
    stored_fields: ['noveum.summary'],
  });
  const total = typeof hits.total === 'number' ? hits.total : (hits.total?.value ?? 0);
  return { heads: hits.hits.flatMap(listed), total };
};

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

/**
 * A page of a list. `fold`: of a trace that several indices hold, the summary of all of it; until the writers join it,
 * it counts twice. Cursors are places in an order without ties, not points in time: they are good for as long as one
 * likes, what is there throughout is neither missed nor repeated, and what comes behind them is found.
 */
export const findPage = async (
  client: Client,
  alias: string,
  query: TraceQuery,
  fold: (head: ListedHead) => Promise<TraceSummary>,
): Promise<TracePage> => {
  const { count, limit, offset, sort } = query;
  const after = pageEndOf(query);
  const from = after === null ? offset : 0;
  const size = Math.min(limit + 1, WINDOW - from);
  const counted = count === 'exact' ? true : COUNTED + 1;
  const { heads, total } = await searchHeads(client, alias, {
    query: filterQuery(query.filter),
    sort,
    size,
    from,
    after,
    counted,
  });
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
