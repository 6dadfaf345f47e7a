/** Ended spans on their way out: priced, redacted, within limits, and encoded once. */
export interface ExportBatch {
  /** An ExportTraceServiceRequest as OTLP protobuf. Not to be changed; may be kept until the outcome is told. */
  readonly request: Uint8Array;
  readonly spanCount: number;
}

/**
 * - `delivered`: the backend has taken every span.
 * - `rejected`: the backend has refused these spans for good and taken all others; sending them again is of no use.
 * - `retry`: nothing is known to be taken; the same batch may be sent again, no sooner than `afterMillis`.
 */
export type ExportOutcome =
  | { readonly status: 'delivered' }
  | { readonly status: 'rejected'; readonly rejectedSpans: number; readonly reason: string }
  | { readonly status: 'retry'; readonly reason: string; readonly afterMillis?: number };

/**
 * Brings batches to one place. An exporter tries once: retry, circuit breaker and spool are wrapped around it.
 * Never throws: a fault of the exporter is an outcome. Reasons hold no payload.
 */
export interface Exporter {
  /** Of the counters: `noveum`, `otlp`, `elasticsearch`, `console`, `file`, … */
  readonly name: string;
  /** Aborted by the signal: `retry`, as soon as can be. */
  export(batch: ExportBatch, signal: AbortSignal): Promise<ExportOutcome>;
  /** Gives back what it holds (sockets, files). Idempotent; nothing is exported afterwards. */
  close(): Promise<void>;
}
