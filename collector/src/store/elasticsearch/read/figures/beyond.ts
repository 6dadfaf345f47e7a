import type { TraceMetric } from '../../../analytics.js';
import { both } from './fields.js';
import type { Query, Searches } from './searches.js';

/** Of what a trace counts for besides itself: see `TraceRecord`. */
export type BeyondField =
  'traces' | 'spans' | 'errors' | 'timed' | 'duration_micros' | 'tokens' | 'input_tokens' | 'output_tokens' | 'cost';

export const beyondField = (name: BeyondField): string => `noveum.beyond.${name}`;

/** Traces that stand for others. Where there are none, a search for them is over at once. */
const STAND_FOR_OTHERS: Query = { exists: { field: beyondField('traces') } };

export const standingForOthers = (query: Query): Query => both(query, STAND_FOR_OTHERS);

export const haveWeights = async (searches: Searches, query: Query): Promise<boolean> => {
  const { some } = await searches.aggregate<{ readonly some: { readonly doc_count: number } }>(
    standingForOthers(query),
    { some: { filter: STAND_FOR_OTHERS } },
  );
  return some.doc_count > 0;
};

const SUMMED: Readonly<Record<TraceMetric, BeyondField>> = {
  count: 'traces',
  errors: 'errors',
  error_rate: 'errors',
  duration_avg: 'duration_micros',
  duration_p50: 'traces',
  duration_p95: 'traces',
  duration_p99: 'traces',
  total_tokens: 'tokens',
  input_tokens: 'input_tokens',
  output_tokens: 'output_tokens',
  cost: 'cost',
};

/** What is summed up of a metric. */
export const beyondSummed = (metric: TraceMetric): string => beyondField(SUMMED[metric]);
