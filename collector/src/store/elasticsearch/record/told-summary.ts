import type { TraceSummary } from 'noveum-proto';

import {
  canJoin,
  countCallsOf,
  countHeldSpans,
  customOf,
  durationOf,
  holdSpans,
  isIncomplete,
  joinFacts,
  newFactSums,
  noteArrival,
  STATUS_NAME,
} from '../../fact-sums/index.js';
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
  const sums = newFactSums();
  for (const fragment of fragments) {
    const { facts } = fragment;
    if (!canJoin(sums, facts, facts === null ? 0 : countHeldSpans(sums, facts))) return null;
    joinFacts(sums, facts, fragment.keyEnvironment);
    if (fragments.length > 1) holdSpans(sums, facts.spanIds);
    noteArrival(sums, fragment);
  }
  countCallsOf(sums);
  return summaryOfSums({
    traceKey: first.traceKey,
    project: first.project,
    start: sums.start,
    duration: durationOf(sums),
    status: STATUS_NAME[sums.status] ?? 'ok',
    statusMessage: sums.root?.statusMessage ?? null,
    spans: sums.spans,
    errors: sums.errors,
    tokens: sums.tokens,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    cost: sums.cost,
    sampleWeight: sums.weight?.weight ?? null,
    name: sums.name?.text ?? '',
    environment: sums.environment?.text ?? null,
    sdk: sums.sdk?.text ?? null,
    user: sums.user?.text ?? null,
    session: sums.session?.text ?? null,
    tags: sorted(sums.tags),
    custom: customOf(sums.custom),
    services: sorted(sums.services),
    models: sorted(sums.models),
    providers: sorted(sums.providers),
    spanTypes: sums.isGenAi ? sorted(sums.spanTypes) : ['span'],
    errorTypes: sorted(sums.errorTypes),
    isIncomplete: isIncomplete(sums),
    firstReceivedMillis: sums.firstReceived,
    lastReceivedMillis: sums.lastReceived,
  });
};
