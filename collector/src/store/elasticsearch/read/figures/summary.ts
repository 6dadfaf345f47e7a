import type { Client } from '@elastic/elasticsearch';
import { sketchValueOf } from 'noveum-proto';

import type { SummaryQuery, TracesSummary } from '../../../analytics.js';
import { createSummarySums, NO_ERROR_TYPE } from '../../../figures/index.js';
import { filterQuery } from '../filter-query.js';
import { byTime, startMillisOf, type TimeKey } from './by-time.js';
import { lacks } from './fields.js';
import { fullTexts } from './full-texts.js';
import { type Aggregations, type Combination, searchesOf } from './searches.js';

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
  readonly spans: Value;
  readonly errors: Value;
  readonly timed: { readonly value: number };
  readonly durationMicros: Value;
  readonly tokens: Value;
  readonly inputTokens: Value;
  readonly outputTokens: Value;
  readonly cost: Value;
}

interface Terms<Key> {
  readonly buckets: readonly { readonly key: Key; readonly doc_count: number }[];
}

interface Found {
  readonly durations: Terms<number>;
  readonly users: Value;
  readonly sessions: Value;
  readonly failed: { readonly types: Terms<string>; readonly untyped: { readonly doc_count: number } };
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

const WHOLE: Aggregations = {
  durations: { terms: { field: 'noveum.duration_bucket', size: MOST_DURATIONS } },
  users: { cardinality: { field: 'metadata.user_id', precision_threshold: PRECISION } },
  sessions: { cardinality: { field: 'metadata.session_id', precision_threshold: PRECISION } },
  failed: {
    filter: { term: { has_error: true } },
    aggregations: {
      types: { terms: { field: 'error_types', size: SHOWN_ERROR_TYPES, shard_size: MOST_ERROR_TYPES } },
      untyped: { filter: lacks('error_types') },
    },
  },
};

const figuresOf = ({ doc_count: traces, ...found }: Combination<unknown, BucketFound>) => ({
  traces,
  spans: found.spans.value ?? 0,
  errors: found.errors.value ?? 0,
  timed: found.timed.value,
  durationMicros: found.durationMicros.value ?? 0,
  tokens: found.tokens.value ?? 0,
  inputTokens: found.inputTokens.value ?? 0,
  outputTokens: found.outputTokens.value ?? 0,
  cost: found.cost.value ?? 0,
});

export const summarise = async (client: Client, index: string, asked: SummaryQuery): Promise<TracesSummary> => {
  const searches = searchesOf(client, index);
  const query = filterQuery(asked.filter);
  const { beside, combinations } = await searches.combineBeside<TimeKey, BucketFound>(
    { query, ...byTime(asked), aggregations: FIGURES, atOnce: 5_000 },
    WHOLE,
  );
  const { durations, failed, sessions, users } = beside as Found;
  const sums = createSummarySums();
  for (const one of combinations) sums.addFigures(figuresOf(one), 'both', startMillisOf(one.key));
  for (const { doc_count: count, key } of durations.buckets) sums.durations.add(sketchValueOf(key), count);
  const textOf = await fullTexts(
    searches,
    'error_types',
    failed.types.buckets.map(({ key }) => key),
  );
  for (const { doc_count: count, key } of failed.types.buckets) sums.addErrorType(textOf(key), count);
  if (failed.untyped.doc_count > 0) sums.addErrorType(NO_ERROR_TYPE, failed.untyped.doc_count);
  return { ...sums.summary(), uniqueUsers: users.value ?? 0, uniqueSessions: sessions.value ?? 0 };
};
