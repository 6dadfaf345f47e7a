import type { TraceSummary } from 'noveum-proto';

import { durationOf } from '../../embedded/counted.js';
import { STATUS_NAME } from '../../embedded/schema.js';
import {
  canJoin,
  countCallsOf,
  countHeldSpans,
  holdSpans,
  isIncomplete,
  joinFacts,
  newTraceRow,
  noteArrival,
} from '../../embedded/trace-row.js';
import { summaryOfSums } from '../../summary-of-sums.js';
import type { TraceFragment } from '../../trace-store.js';

const sorted = <T extends string>(texts: readonly T[]): readonly T[] => (texts.length > 1 ? texts.toSorted() : texts);

/**
 * What a list shows of a trace, from what the visitor saw of its fragments, which are all that there are; null where
 * only the document can tell.
 */
export const toldSummary = (fragments: readonly TraceFragment[]): TraceSummary | null => {
  const [first] = fragments;
  if (first === undefined) return null;
  const row = newTraceRow(0, first.traceKey);
  for (const fragment of fragments) {
    const { facts } = fragment;
    if (!canJoin(row, facts, facts === null ? 0 : countHeldSpans(row, facts))) return null;
    joinFacts(row, facts, fragment.keyEnvironment);
    if (fragments.length > 1) holdSpans(row, facts.spanIds);
    noteArrival(row, fragment);
  }
  countCallsOf(row);
  return summaryOfSums({
    traceKey: row.key,
    project: first.project,
    start: row.start,
    duration: durationOf(row),
    status: STATUS_NAME[row.status] ?? 'ok',
    statusMessage: row.root?.statusMessage ?? null,
    spans: row.spans,
    errors: row.errors,
    tokens: row.tokens,
    inputTokens: row.inputTokens,
    outputTokens: row.outputTokens,
    cost: row.cost,
    name: row.name?.text ?? '',
    environment: row.environment?.text ?? null,
    user: row.user?.text ?? null,
    session: row.session?.text ?? null,
    tags: sorted(row.tags),
    services: sorted(row.services),
    models: sorted(row.models),
    providers: sorted(row.providers),
    spanTypes: row.isGenAi ? sorted(row.spanTypes) : ['span'],
    errorTypes: sorted(row.errorTypes),
    isIncomplete: isIncomplete(row),
    firstReceivedMillis: row.firstReceived,
    lastReceivedMillis: row.lastReceived,
  });
};
