import { isoOfNanos, type TraceSummary } from 'noveum-proto';

import { durationOf } from '../../embedded/counted.js';
import { STATUS_NAME } from '../../embedded/schema.js';
import {
  canJoin,
  countCallsOf,
  countHeldSpans,
  holdSpans,
  joinFacts,
  newTraceRow,
  noteArrival,
} from '../../embedded/trace-row.js';
import type { TraceFragment } from '../../trace-store.js';

const NANOS_PER_MICRO = 1000n;
const HALF_A_MICRO = 500n;

const isoOfMillis = (millis: number): string => new Date(millis).toISOString();
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
  const duration = durationOf(row);
  const { cost, start, tokens } = row;
  const totals = {
    ...(tokens === null
      ? {}
      : { total_tokens: tokens, total_input_tokens: row.inputTokens, total_output_tokens: row.outputTokens }),
    ...(cost === null ? {} : { total_cost: cost }),
  };
  const derivedKeys = Object.keys(totals);
  return {
    trace_id: row.key,
    trace_key: row.key,
    name: row.name?.text ?? '',
    start_time: isoOfNanos(start),
    start_unix_nano: String(start),
    end_time: duration === null ? null : isoOfNanos(start + duration),
    duration_ms: duration === null ? null : Number((duration + HALF_A_MICRO) / NANOS_PER_MICRO) / 1000,
    status: STATUS_NAME[row.status] ?? 'ok',
    status_message: row.root?.statusMessage ?? null,
    span_count: row.spans,
    error_count: row.errors,
    has_error: row.errors > 0,
    project: first.project,
    environment: row.environment?.text ?? null,
    sdk: null,
    attributes: totals,
    metadata: {
      user_id: row.user?.text ?? null,
      session_id: row.session?.text ?? null,
      request_id: null,
      tags: Object.fromEntries(sorted(row.tags).map((tag) => [tag, true])),
      custom_attributes: {},
    },
    services: sorted(row.services),
    models: sorted(row.models),
    providers: sorted(row.providers),
    span_types: row.isGenAi ? sorted(row.spanTypes) : ['span'],
    error_types: sorted(row.errorTypes),
    incomplete: row.root?.ended !== true,
    events: [],
    noveum: derivedKeys.length === 0 ? {} : { derived: { keys: derivedKeys } },
    ingested_at: isoOfMillis(row.firstReceived),
    processed_at: isoOfMillis(row.lastReceived),
  };
};
