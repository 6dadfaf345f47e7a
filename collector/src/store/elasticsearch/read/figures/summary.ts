import type { Client } from '@elastic/elasticsearch';
import { sketchValueOf } from 'noveum-proto';

import type { SummaryQuery, TracesSummary } from '../../../analytics.js';
import { createSummarySums, NO_ERROR_TYPE, type SummarySums } from '../../../figures/index.js';
import { filterQuery } from '../filter-query.js';
import { beyondField, standingForOthers } from './beyond.js';
import { byTime, startMillisOf, type TimeKey } from './by-time.js';
import { lacks } from './fields.js';
import { fullTexts } from './full-texts.js';
import {
  type Aggregations,
  type Combination,
  type Combined,
  type Query,
  type Searches,
  searchesOf,
} from './searches.js';

/** More than durations can have: 2,048 buckets are 17 decades. */
const MOST_DURATIONS = 10_000;
const MOST_ERROR_TYPES = 10_000;
const SHOWN_ERROR_TYPES = 1_000;
/** Counted one by one up to about here, within a hundredth or two beyond. */
const PRECISION = 40_000;

interface Value {
  readonly value: number | null;
}

interface BucketFound {
  /** By weight, besides the traces themselves; else they are what is counted. */
  readonly traces?: Value;
  readonly spans: Value;
  readonly errors: Value;
  readonly timed: Value;
  readonly durationMicros: Value;
  readonly tokens: Value;
  readonly inputTokens: Value;
  readonly outputTokens: Value;
  readonly cost: Value;
}

interface Terms<Key> {
  readonly buckets: readonly ({ readonly key: Key } & Counted)[];
}

/** `traces` as in `BucketFound`. */
interface Counted {
  readonly doc_count: number;
  readonly traces?: Value;
}

interface Found {
  readonly durations: Terms<number>;
  readonly users?: Value;
  readonly sessions?: Value;
  readonly failed: { readonly types: Terms<string>; readonly untyped: Counted };
}

const FIGURES: Aggregations = {
  spans: { sum: { field: 'span_count' } },
  errors: { sum: { field: 'has_error' } },
  timed: { value_count: { field: 'noveum.duration_micros' } },
  durationMicros: { sum: { field: 'noveum.duration_micros' } },
  tokens: { sum: { field: 'noveum.tokens' } },
  inputTokens: { sum: { field: 'noveum.input_tokens' } },
  outputTokens: { sum: { field: 'noveum.output_tokens' } },
  cost: { sum: { field: 'noveum.cost' } },
};

const BEYOND_TRACES: Aggregations = { traces: { sum: { field: beyondField('traces') } } };

const BEYOND_FIGURES: Aggregations = {
  ...BEYOND_TRACES,
  spans: { sum: { field: beyondField('spans') } },
  errors: { sum: { field: beyondField('errors') } },
  timed: { sum: { field: beyondField('timed') } },
  durationMicros: { sum: { field: beyondField('duration_micros') } },
  tokens: { sum: { field: beyondField('tokens') } },
  inputTokens: { sum: { field: beyondField('input_tokens') } },
  outputTokens: { sum: { field: beyondField('output_tokens') } },
  cost: { sum: { field: beyondField('cost') } },
};

/** `counted`: of every bucket of traces; {}: nothing but how many. */
const distributions = (counted: { readonly aggregations?: Aggregations }): Aggregations => ({
  durations: { terms: { field: 'noveum.duration_bucket', size: MOST_DURATIONS }, ...counted },
  failed: {
    filter: { term: { has_error: true } },
    aggregations: {
      types: {
        terms: { field: 'error_types', size: SHOWN_ERROR_TYPES, shard_size: MOST_ERROR_TYPES },
        ...counted,
      },
      untyped: { filter: lacks('error_types'), ...counted },
    },
  },
});

const UNIQUES: Aggregations = {
  users: { cardinality: { field: 'metadata.user_id', precision_threshold: PRECISION } },
  sessions: { cardinality: { field: 'metadata.session_id', precision_threshold: PRECISION } },
};

const figuresOf = ({ doc_count: documents, ...found }: Combination<unknown, BucketFound>) => ({
  stored: found.traces === undefined ? documents : 0,
  traces: found.traces === undefined ? documents : (found.traces.value ?? 0),
  spans: found.spans.value ?? 0,
  errors: found.errors.value ?? 0,
  timed: found.timed.value ?? 0,
  durationMicros: found.durationMicros.value ?? 0,
  tokens: found.tokens.value ?? 0,
  inputTokens: found.inputTokens.value ?? 0,
  outputTokens: found.outputTokens.value ?? 0,
  cost: found.cost.value ?? 0,
});

const countOf = ({ doc_count: documents, traces }: Counted): number =>
  traces === undefined ? documents : (traces.value ?? 0);

const addTo = async (
  sums: SummarySums,
  { beside, combinations }: Combined<TimeKey, BucketFound>,
  searches: Searches,
): Promise<Found> => {
  const found = beside as Found;
  const { durations, failed } = found;
  for (const one of combinations) sums.addFigures(figuresOf(one), 'both', startMillisOf(one.key));
  for (const bucket of durations.buckets) sums.durations.add(sketchValueOf(bucket.key), countOf(bucket));
  const textOf = await fullTexts(
    searches,
    'error_types',
    failed.types.buckets.map(({ key }) => key),
  );
  for (const bucket of failed.types.buckets) sums.addErrorType(textOf(bucket.key), countOf(bucket));
  if (failed.untyped.doc_count > 0) sums.addErrorType(NO_ERROR_TYPE, countOf(failed.untyped));
  return found;
};

/** By weight the traces are counted as ever, and what those that stand for others count for besides is added. */
export const summarise = async (client: Client, index: string, asked: SummaryQuery): Promise<TracesSummary> => {
  const searches = searchesOf(client, index);
  const query = filterQuery(asked.filter);
  const figures = (of: Query, aggregations: Aggregations, beside: Aggregations) => ({
    query: of,
    ...byTime(asked),
    aggregations,
    beside,
    atOnce: 5_000,
  });
  const [once, beyond] = await searches.combineBeside<TimeKey, BucketFound>([
    figures(query, FIGURES, { ...distributions({}), ...UNIQUES }),
    ...(asked.isWeighted
      ? [figures(standingForOthers(query), BEYOND_FIGURES, distributions({ aggregations: BEYOND_TRACES }))]
      : []),
  ]);
  const sums = createSummarySums();
  const found = once === undefined ? null : await addTo(sums, once, searches);
  if (beyond !== undefined) await addTo(sums, beyond, searches);
  return { ...sums.summary(), uniqueUsers: found?.users?.value ?? 0, uniqueSessions: found?.sessions?.value ?? 0 };
};
