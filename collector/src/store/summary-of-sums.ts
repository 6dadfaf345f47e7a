import {
  type Attributes,
  isoOfNanos,
  sdkOfText,
  type SpanType,
  type TraceStatus,
  type TraceSummary,
} from 'noveum-proto';

/** What a summary is made of where no document has to be: sums over a trace's spans, lists already sorted. */
export interface TraceSums {
  readonly traceKey: string;
  readonly project: string;
  readonly start: bigint;
  /** Nanoseconds; null: it has no end. */
  readonly duration: bigint | null;
  readonly status: TraceStatus;
  readonly statusMessage: string | null;
  readonly spans: number;
  readonly errors: number;
  /** Null: no call is counted, and then the other two say nothing. */
  readonly tokens: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** USD. */
  readonly cost: number | null;
  /** Null or 1: it stands for itself. */
  readonly sampleWeight: number | null;
  readonly name: string;
  readonly environment: string | null;
  /** See `sdkTextOf`. */
  readonly sdk: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly tags: readonly string[];
  /** By the application's own names. */
  readonly custom: Attributes;
  readonly services: readonly string[];
  readonly models: readonly string[];
  readonly providers: readonly string[];
  readonly spanTypes: readonly SpanType[];
  readonly errorTypes: readonly string[];
  readonly isIncomplete: boolean;
  readonly firstReceivedMillis: number;
  readonly lastReceivedMillis: number;
}

const NANOS_PER_MICRO = 1000n;
const HALF_A_MICRO = 500n;

let lastMillis = 0;
let lastMillisText = new Date(0).toISOString();

/** What came in one request came at one time. */
const isoOfMillis = (millis: number): string => {
  if (millis !== lastMillis) {
    lastMillis = millis;
    lastMillisText = new Date(millis).toISOString();
  }
  return lastMillisText;
};

const totalsOf = ({ cost, inputTokens, outputTokens, tokens }: TraceSums): Attributes => ({
  ...(tokens === null
    ? {}
    : { total_tokens: tokens, total_input_tokens: inputTokens, total_output_tokens: outputTokens }),
  ...(cost === null ? {} : { total_cost: cost }),
});

/** The document without its spans, as it would be derived of spans that each came once. */
export const summaryOfSums = (sums: TraceSums): TraceSummary => {
  const { duration, sampleWeight, start } = sums;
  const totals = totalsOf(sums);
  const derivedKeys = Object.keys(totals);
  const ingestedAt = isoOfMillis(sums.firstReceivedMillis);
  return {
    trace_id: sums.traceKey,
    trace_key: sums.traceKey,
    name: sums.name,
    start_time: isoOfNanos(start),
    start_unix_nano: String(start),
    end_time: duration === null ? null : isoOfNanos(start + duration),
    duration_ms: duration === null ? null : Number((duration + HALF_A_MICRO) / NANOS_PER_MICRO) / 1000,
    status: sums.status,
    status_message: sums.statusMessage,
    span_count: sums.spans,
    error_count: sums.errors,
    has_error: sums.errors > 0,
    project: sums.project,
    environment: sums.environment,
    sdk: sdkOfText(sums.sdk),
    attributes: totals,
    metadata: {
      user_id: sums.user,
      session_id: sums.session,
      request_id: null,
      tags: Object.fromEntries(sums.tags.map((tag) => [tag, true])),
      custom_attributes: sums.custom,
    },
    services: sums.services,
    models: sums.models,
    providers: sums.providers,
    span_types: sums.spanTypes,
    error_types: sums.errorTypes,
    incomplete: sums.isIncomplete,
    events: [],
    ...(sampleWeight === null || sampleWeight === 1 ? {} : { sample_weight: sampleWeight }),
    noveum: derivedKeys.length === 0 ? {} : { derived: { keys: derivedKeys } },
    ingested_at: ingestedAt,
    processed_at:
      sums.lastReceivedMillis === sums.firstReceivedMillis ? ingestedAt : isoOfMillis(sums.lastReceivedMillis),
  };
};
