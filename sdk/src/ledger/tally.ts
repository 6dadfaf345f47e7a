/** Spans by why. */
export type ByReason = Readonly<Record<string, number>>;

export type CircuitState = 'closed' | 'open' | 'half-open';

/**
 * Of one exporter. At any moment
 * `sentSpans = inFlightSpans + spooledSpans + acknowledgedSpans + Σ rejectedSpans + Σ droppedSpans`.
 */
export interface ExporterCounts {
  /** Handed to the exporter, however often it then tried; `recoveredSpans` among them. */
  readonly sentSpans: number;
  /** The exporter has them in hand. */
  readonly inFlightSpans: number;
  /** On disk, to be sent when the backend is back. */
  readonly spooledSpans: number;
  /** The backend has said that it has them. */
  readonly acknowledgedSpans: number;
  /** The backend will not have them. */
  readonly rejectedSpans: ByReason;
  /** Given up by us. */
  readonly droppedSpans: ByReason;
  /** Found on disk, left there by a process before this one. */
  readonly recoveredSpans: number;
  readonly retries: number;
  /** Bodies of requests as they were on the wire, retries too. */
  readonly bytes: number;
  /** A code, never a text of the backend's. */
  readonly lastErrorReason: string | null;
  readonly lastSuccessUnixMillis: number | null;
  readonly circuit: CircuitState;
}

/** What an exporter's wrappers write. Never throws. */
export interface ExporterTally {
  started(spans: number): void;
  acknowledged(spans: number, unixMillis: number): void;
  rejected(spans: number, reason: string): void;
  dropped(spans: number, reason: string): void;
  /** From in flight to disk. */
  spooled(spans: number): void;
  /** From disk to in flight. */
  unspooled(spans: number): void;
  /** Found on disk: they count as sent and spooled. */
  recovered(spans: number): void;
  retried(reason: string): void;
  sentBytes(bytes: number): void;
  circuit(state: CircuitState): void;
}

/** The numbers that only grow, or are sums of such: what one thread reports to another as a difference. */
export interface ExporterDelta {
  readonly sentSpans: number;
  readonly spooledSpans: number;
  readonly acknowledgedSpans: number;
  readonly rejectedSpans: ByReason;
  readonly droppedSpans: ByReason;
  readonly recoveredSpans: number;
  readonly retries: number;
  readonly bytes: number;
  readonly lastErrorReason: string | null;
  readonly lastSuccessUnixMillis: number | null;
  readonly circuit: CircuitState;
}
