import { documentOf, type DocumentReading, type Fragment } from 'noveum-proto';

import { countCallsOf, countHeldSpans, holdSpans, joinFacts, noteArrival } from '../fact-sums/index.js';
import type { RederiveTools } from '../rederive.js';
import { setFromDocument } from './document-row.js';
import { canJoinRow, newTraceRow, type TraceRow } from './trace-row.js';

export interface DeriveRowOptions {
  readonly reading: DocumentReading;
  readonly tellFacts: RederiveTools['tellFacts'];
}

/** A row as it would be written today of the fragments that it holds, in the order in which they came. */
export const deriveRowAnew = (
  held: TraceRow,
  fragments: readonly Fragment[],
  { reading, tellFacts }: DeriveRowOptions,
): TraceRow => {
  const row = newTraceRow(held.project, held.key);
  row.id = held.id;
  // What needed its document once shows more in lists than columns could.
  let needsDocument = held.summary !== null;
  for (const fragment of fragments) {
    const facts = fragment.kind === 'otlp-spans' ? tellFacts(fragment) : null;
    if (!needsDocument && canJoinRow(row, facts, facts === null ? 0 : countHeldSpans(row, facts)))
      joinFacts(row, facts, fragment.keyEnvironment);
    else needsDocument = true;
    if (facts !== null) holdSpans(row, facts.spanIds);
    noteArrival(row, { ...fragment, traceKey: held.key, facts });
  }
  if (!needsDocument) countCallsOf(row);
  else {
    const document = documentOf(fragments, reading);
    if (document !== null) setFromDocument(row, document);
  }
  return row;
};
