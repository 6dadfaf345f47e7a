import { countedWeightOf, tagTerms, type TraceDocument } from 'noveum-proto';

import type { Figures, GroupField, StoreAnalytics, SummaryQuery, TimeseriesQuery, TraceMetric } from '../analytics.js';
import {
  addToCell,
  bucketOf,
  createGroupedCells,
  createSummarySums,
  type Group,
  isOfCalls,
  newCell,
  NO_ERROR_TYPE,
  SEVERAL,
  type SummarySums,
} from '../figures/index.js';
import { matches } from '../matches.js';

const MICROS_PER_MILLI = 1000;

const microsOf = ({ duration_ms: millis }: TraceDocument): number | null =>
  millis === null ? null : Math.round(millis * MICROS_PER_MILLI);

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const figuresOf = (trace: TraceDocument): Figures => ({
  stored: 1,
  traces: 1,
  spans: trace.span_count,
  errors: trace.has_error ? 1 : 0,
  timed: trace.duration_ms === null ? 0 : 1,
  durationMicros: microsOf(trace) ?? 0,
  tokens: numberOrNull(trace.attributes.total_tokens) ?? 0,
  inputTokens: numberOrNull(trace.attributes.total_input_tokens) ?? 0,
  outputTokens: numberOrNull(trace.attributes.total_output_tokens) ?? 0,
  cost: numberOrNull(trace.attributes.total_cost) ?? 0,
});

const timesWeight = ({ stored, ...figures }: Figures, weight: number): Figures => ({
  stored,
  traces: figures.traces * weight,
  spans: figures.spans * weight,
  errors: figures.errors * weight,
  timed: figures.timed * weight,
  durationMicros: figures.durationMicros * weight,
  tokens: figures.tokens * weight,
  inputTokens: figures.inputTokens * weight,
  outputTokens: figures.outputTokens * weight,
  cost: figures.cost * weight,
});

interface Asked {
  readonly trace: TraceDocument;
  readonly startUnixNano: bigint;
  /** What it is counted by. */
  readonly weight: number;
}

const addToSummary = (sums: SummarySums, { trace, weight }: Asked, bucket: number): void => {
  sums.addFigures(timesWeight(figuresOf(trace), weight), 'both', bucket);
  const micros = microsOf(trace);
  if (micros !== null) sums.durations.add(micros / MICROS_PER_MILLI, weight);
  const { user_id: user, session_id: session } = trace.metadata;
  if (user !== null) sums.users.add(user);
  if (session !== null) sums.sessions.add(session);
  if (!trace.has_error) return;
  for (const type of trace.error_types.length === 0 ? [NO_ERROR_TYPE] : trace.error_types)
    sums.addErrorType(type, weight);
};

const valueOf = (trace: TraceDocument, metric: TraceMetric): number | null => {
  switch (metric) {
    case 'count':
      return 1;
    case 'errors':
    case 'error_rate':
      return trace.has_error ? 1 : 0;
    case 'duration_avg':
    case 'duration_p50':
    case 'duration_p95':
    case 'duration_p99':
      return microsOf(trace);
    case 'total_tokens':
      return numberOrNull(trace.attributes.total_tokens);
    case 'input_tokens':
      return numberOrNull(trace.attributes.total_input_tokens);
    case 'output_tokens':
      return numberOrNull(trace.attributes.total_output_tokens);
    case 'cost':
      return numberOrNull(trace.attributes.total_cost);
  }
};

const groupsOf = (trace: TraceDocument, field: GroupField): readonly Group[] => {
  switch (field) {
    case 'model':
      return trace.models;
    case 'provider':
      return trace.providers;
    case 'name':
      return [trace.name];
    case 'user':
      return [trace.metadata.user_id];
    case 'session':
      return [trace.metadata.session_id];
    case 'service':
      return trace.services;
    case 'environment':
      return [trace.environment];
    case 'tag':
      return tagTerms(trace.metadata.tags);
    case 'status':
      return [trace.status];
    case 'type':
      return trace.span_types;
  }
};

const NOWHERE: readonly Group[] = [null];
const TOGETHER: readonly Group[] = [SEVERAL];

const groupsFor = (trace: TraceDocument, { groupBy, metric }: TimeseriesQuery): readonly Group[] => {
  const groups = groupBy === null ? NOWHERE : groupsOf(trace, groupBy);
  if (groups.length === 0) return NOWHERE;
  const isOfSome = groupBy === 'model' || groupBy === 'provider';
  return groups.length > 1 && isOfSome && isOfCalls(metric) ? TOGETHER : groups;
};

/** The measure of what the figures mean: computed from the documents, one after the other. */
export const createMemoryAnalytics = (documents: () => readonly TraceDocument[]): StoreAnalytics => {
  const asked = ({ filter, isWeighted }: SummaryQuery): readonly Asked[] =>
    documents()
      .filter((trace) => matches(trace, filter))
      .map((trace) => ({
        trace,
        startUnixNano: BigInt(trace.start_unix_nano),
        weight: isWeighted ? countedWeightOf(trace.sample_weight) : 1,
      }));

  return {
    summarise(query) {
      const sums = createSummarySums();
      for (const one of asked(query)) addToSummary(sums, one, bucketOf(query.bucketMillis, one.startUnixNano));
      return Promise.resolve(sums.summary());
    },
    timeseries(query) {
      const { bucketMillis, metric } = query;
      const cells = createGroupedCells(query);
      for (const { startUnixNano, trace, weight } of asked(query)) {
        const cell = newCell(metric);
        addToCell(metric)(cell, valueOf(trace, metric), weight);
        for (const group of groupsFor(trace, query)) cells.add(group, bucketOf(bucketMillis, startUnixNano), cell);
      }
      return Promise.resolve(cells.timeseries());
    },
  };
};
