import type { Fragment } from 'noveum-proto';
import { type MergeOptions, otlpSpansJson } from 'noveum-proto/elasticsearch';

import type { TraceFragment } from '../../trace-store.js';
import { toldSummary } from '../record/index.js';

interface StoredByFactsOptions extends Pick<MergeOptions, 'reading'> {
  /** Of stored spans, as they would be told if they came now; null where only the document can tell. */
  readonly tellFacts: (fragment: Fragment) => TraceFragment['facts'];
}

/** Tells what is to be stored of a trace without making the document; null where only that can tell. */
export const createStoredByFacts =
  ({ reading, tellFacts }: StoredByFactsOptions): NonNullable<MergeOptions['storedByFacts']> =>
  (traceKey, { before, taken }) => {
    const told = before.map((fragment) => ({ ...fragment, traceKey, facts: tellFacts(fragment) }));
    // What came to this store came with its own facts.
    const fragments = [...told, ...(taken as readonly TraceFragment[])];
    if (fragments.some(({ facts }) => facts === null)) return null;
    const summary = toldSummary(fragments);
    if (summary === null) return null;
    const spans = otlpSpansJson(
      fragments.map(({ facts, payload }) => ({ payload, told: facts?.genAi.told ?? [] })),
      reading,
    );
    return spans === null ? null : { summary, spans, fragments };
  };
