import type { Client, estypes } from '@elastic/elasticsearch';

import {
  beginsWith,
  type Facet,
  type FacetField,
  type FacetQuery,
  type Facets,
  mostFirst,
} from '../../../facet-query.js';
import { filterQuery } from '../filter-query.js';
import { FACET_FIELDS } from './fields.js';
import { fullTexts } from './full-texts.js';
import { type Searches, searchesOf } from './searches.js';

/** Values are counted one by one up to here. */
const LISTED_VALUES = 1_000;
/** Each shard tells so many values; of more some may be missing. */
const COMPARED_VALUES = 10_000;
/** Values of which a trace has several can't be counted otherwise where they are to begin with something. */
const LISTED_PREFIXED = 10_000;
const PRECISION = 10_000;

interface Found {
  readonly values: {
    readonly sum_other_doc_count: number;
    readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
  };
  readonly distinct?: { readonly value: number };
}

/** An expression of Lucene has at most 1,000 characters; what is longer is looked at here. */
const PREFIX_UNITS = 200;
const LETTER_OR_SIGN = /[a-z]|[.?+*|{}[\]()"\\#@&<>~^$-]/gi;

const eitherCase = (letter: string): string =>
  /[a-z]/i.test(letter) ? `[${letter.toLowerCase()}${letter.toUpperCase()}]` : `\\${letter}`;

const includeOf = (prefix: string): string => `${prefix.slice(0, PREFIX_UNITS).replace(LETTER_OR_SIGN, eitherCase)}.*`;

const aggregationOf = (name: FacetField, { limit, prefix }: FacetQuery): estypes.AggregationsAggregationContainer => {
  const { field, isOne } = FACET_FIELDS[name];
  const isOfSome = !isOne && prefix !== '';
  const size = isOfSome ? LISTED_PREFIXED : Math.max(LISTED_VALUES, limit);
  return {
    filter:
      isOne && prefix !== '' ? { prefix: { [field]: { value: prefix, case_insensitive: true } } } : { match_all: {} },
    aggregations: {
      values: {
        terms: {
          field,
          size,
          shard_size: COMPARED_VALUES,
          ...(isOfSome ? { include: includeOf(prefix) } : {}),
        },
      },
      ...(isOfSome ? {} : { distinct: { cardinality: { field, precision_threshold: PRECISION } } }),
    },
  };
};

const facetOf = async (
  searches: Searches,
  name: FacetField,
  { distinct, values }: Found,
  { limit, prefix }: FacetQuery,
): Promise<Facet> => {
  const fits = beginsWith(prefix);
  const buckets = values.buckets.filter(({ key }) => fits(key));
  const isWhole = values.sum_other_doc_count === 0;
  const shown = mostFirst(
    buckets.map(({ doc_count: count, key }) => [key, count]),
    limit,
  );
  const textOf = await fullTexts(
    searches,
    FACET_FIELDS[name].field,
    shown.map(({ value }) => value),
  );
  return {
    values: shown.map(({ count, value }) => ({ value: textOf(value), count })),
    totalValues: isWhole ? buckets.length : Math.max(buckets.length, distinct?.value ?? 0),
    relation: isWhole ? 'eq' : 'gte',
  };
};

/**
 * Exact up to `LISTED_VALUES` values of a field. Of more it says `gte`: how many there are is then known within a
 * hundredth, and the first of them are right as long as no shard has more than `COMPARED_VALUES`.
 */
export const facets = async (client: Client, index: string, query: FacetQuery): Promise<Facets> => {
  const searches = searchesOf(client, index);
  const found = await searches.aggregate<Partial<Record<FacetField, Found>>>(
    filterQuery(query.filter),
    Object.fromEntries(query.fields.map((name) => [name, aggregationOf(name, query)])),
  );
  const all = new Map<FacetField, Facet>();
  for (const name of query.fields) {
    const ofField = found[name];
    if (ofField !== undefined) all.set(name, await facetOf(searches, name, ofField, query));
  }
  return all;
};
