import type { SPAN_TYPES } from './span-types.js';

/**
 * The trace document: one JSON shape for the API and for every store.
 * Times are ISO 8601 UTC strings as precise as they came (up to nine fraction digits).
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Attributes = Readonly<Record<string, Json>>;

export type TraceStatus = 'ok' | 'error' | 'timeout' | 'cancelled' | 'unset';
export type SpanStatus = 'ok' | 'error' | 'unset' | 'timeout' | 'cancelled';
export type SpanKind = 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
export type SpanType = (typeof SPAN_TYPES)[number];

export interface EventDocument {
  readonly name: string;
  readonly timestamp: string | null;
  readonly time_unix_nano?: string;
  readonly attributes: Attributes;
  readonly dropped_attributes_count?: number;
  /** `sent`: fields sent beside the known ones. */
  readonly noveum?: Attributes;
}

export interface LinkDocument {
  readonly trace_id: string;
  readonly span_id: string;
  readonly trace_state?: string;
  readonly attributes: Attributes;
  readonly dropped_attributes_count?: number;
  readonly flags?: number;
  /** `sent`: fields sent beside the known ones. */
  readonly noveum?: Attributes;
}

export interface ScopeDocument {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: Attributes;
  readonly schema_url?: string;
  readonly dropped_attributes_count?: number;
}

/** OTLP's EntityRef: which of a resource's attributes name and describe an entity. */
export interface EntityRefDocument {
  readonly schema_url?: string;
  readonly type: string;
  readonly id_keys: readonly string[];
  readonly description_keys: readonly string[];
}

export interface ResourceDocument {
  readonly attributes: Attributes;
  readonly schema_url?: string;
  readonly dropped_attributes_count?: number;
  readonly entity_refs?: readonly EntityRefDocument[];
}

/** What an evaluation said, of a span or of a trace. */
export interface ScoreDocument {
  readonly name: string;
  readonly value?: number;
  readonly label?: string;
  readonly explanation?: string;
  /** Who judged, where it is told: HUMAN, LLM or CODE. */
  readonly source?: string;
  readonly error_type?: string;
  /** Of a trace's scores: the span that was judged, where it was one. */
  readonly span_id?: string;
}

export interface SpanDocument {
  readonly span_id: string;
  readonly trace_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly type: SpanType;
  readonly start_time: string;
  /** Decimal nanoseconds since the Unix epoch: the exact order of spans. */
  readonly start_unix_nano: string;
  readonly end_time: string | null;
  readonly end_unix_nano: string | null;
  readonly duration_ms: number | null;
  readonly status: SpanStatus;
  readonly status_message: string | null;
  readonly attributes: Attributes;
  readonly events: readonly EventDocument[];
  readonly links: readonly LinkDocument[];
  readonly exception?: Attributes;
  readonly trace_state?: string;
  readonly flags?: number;
  readonly dropped_attributes_count?: number;
  readonly dropped_events_count?: number;
  readonly dropped_links_count?: number;
  readonly resource?: ResourceDocument;
  readonly scope?: ScopeDocument;
  /** Where there are any. */
  readonly scores?: readonly ScoreDocument[];
  /**
   * What was noted about this span. `sent`: fields sent beside the known ones, and known ones that came otherwise than
   * they are shown; `types`: of values that JSON can't tell apart (see `NotedType`), by JSON Pointer; `cut`: pointers
   * to values longer than the limit; `clock_skew`: it ended before it started; `derived`: the `keys` of attributes that
   * were not sent, the `rules` that made them, and whether its tokens count in the trace (`usage_counts`).
   */
  readonly noveum?: Attributes;
}

export interface TraceMetadata {
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly request_id: string | null;
  /** A record as the native SDKs send it; tags sent as a list become keys with the value `true`. */
  readonly tags: Attributes;
  readonly custom_attributes: Attributes;
}

/** A trace without its spans: what a list shows. */
export interface TraceSummary {
  readonly trace_id: string;
  readonly trace_key: string;
  readonly name: string;
  readonly start_time: string;
  readonly start_unix_nano: string;
  readonly end_time: string | null;
  readonly duration_ms: number | null;
  readonly status: TraceStatus;
  readonly status_message: string | null;
  readonly span_count: number;
  readonly error_count: number;
  readonly has_error: boolean;
  readonly project: string;
  readonly environment: string | null;
  /**
   * As sent; else the name, and the version where it is known, of what made the root (else another span), by its resource:
   * `telemetry.distro.*`, else `telemetry.sdk.*`.
   */
  readonly sdk: Attributes | null;
  readonly attributes: Attributes;
  readonly metadata: TraceMetadata;
  readonly services: readonly string[];
  readonly models: readonly string[];
  readonly providers: readonly string[];
  readonly span_types: readonly SpanType[];
  readonly error_types: readonly string[];
  /** True while the trace has no root span, or its root has not ended. */
  readonly incomplete: boolean;
  readonly events: readonly EventDocument[];
  readonly service_version?: string;
  readonly schema_version?: string;
  readonly otel?: Attributes;
  /**
   * How many traces it stands for, where its sender kept only some and says so: above 1. By the root's attribute
   * `noveum.sample_weight`, else by the threshold in its trace state (`ot=th:…`), else by another span's.
   */
  readonly sample_weight?: number;
  /** Where there are any: of its spans, and of itself. */
  readonly scores?: readonly ScoreDocument[];
  /**
   * `sent`: what the sender said where the document says otherwise, and unknown fields; `as_sent`: the names of those
   * shown as sent; `holds_root`, `key_environment`: what merging needs; `types`, `cut`: as of a span; `derived`: the `keys` of
   * attributes that were not sent.
   */
  readonly noveum: Attributes;
  readonly ingested_at: string;
  readonly processed_at: string;
}

export interface TraceDocument extends TraceSummary {
  readonly spans: readonly SpanDocument[];
}
