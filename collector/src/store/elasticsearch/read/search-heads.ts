import type { Client, estypes } from '@elastic/elasticsearch';
import type { TraceSummary } from 'noveum-proto';
import { keywordOf, summaryOfField } from 'noveum-proto/elasticsearch';

import { numberOf } from '../../matches.js';
import type { SortField, TraceQuery } from '../../trace-store.js';

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
}

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

export interface FoundHeads {
  readonly heads: readonly ListedHead[];
  /** As far as was counted. */
  readonly total: number;
}

/** Up to so many; true: all of them; false: none. */
export type Counted = number | boolean;

const totalIn = (total: estypes.SearchHitsMetadata['total']): number =>
  typeof total === 'number' ? total : (total?.value ?? 0);

/** Heads in the order of a list, by their summaries alone: documents are not read. */
export const searchHeads = async (
  client: Client,
  alias: string,
  { after = null, from = 0, query, size, sort }: HeadSearch,
  counted: Counted,
): Promise<FoundHeads> => {
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
  return { heads: hits.hits.flatMap(listed), total: totalIn(hits.total) };
};

/** How many there are. */
export const countHeads = async (
  client: Client,
  alias: string,
  query: estypes.QueryDslQueryContainer,
  counted: Counted,
): Promise<number> => {
  const { hits } = await client.search({
    index: alias,
    ignore_unavailable: true,
    allow_partial_search_results: false,
    query,
    size: 0,
    track_total_hits: counted,
  });
  return totalIn(hits.total);
};
