/** Spans by why. */
export type SpansByReason = Readonly<Record<string, number>>;

/** Who sends: one start of a process, one exporter of it. */
export interface SenderIdentity {
  /** Made anew with each start of the SDK; lower-case hex and dashes. */
  readonly instanceId: string;
  /** Of the process's exporters: several of them send the same spans to different places. */
  readonly exporter: string;
  readonly serviceName: string;
  /** As the sender names it; empty: it names none. A key's project beats it. */
  readonly project: string;
  readonly sdkVersion: string;
}

/**
 * What a sender says of its spans, counted since its start: told with every request, so that the latest of them says
 * it all and none counts twice. At any moment
 * `createdSpans + recoveredSpans = sampledOutSpans + inFlightSpans + spooledSpans + acknowledgedSpans + Σ droppedSpans
 * + Σ rejectedSpans`.
 */
export interface SenderCounts {
  /** Begun, those included that a sampler then left out. */
  readonly createdSpans: number;
  readonly sampledOutSpans: number;
  /** Recorded, and neither of the following; what comes with the report is among them. */
  readonly inFlightSpans: number;
  /** On the sender's disk. */
  readonly spooledSpans: number;
  /** Its backend has told it that it has them. */
  readonly acknowledgedSpans: number;
  /** Found on disk, left there by a sender before it. */
  readonly recoveredSpans: number;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Given up by the sender, or let go of by its rules. */
  readonly droppedSpans: SpansByReason;
  /** Refused for good by its backend. */
  readonly rejectedSpans: SpansByReason;
}

export interface SenderReport extends SenderIdentity, SenderCounts {
  /** Grows by each report of an instance: of two, the higher is the later. */
  readonly sequence: number;
  /** Of the request that it came with: one that is sent again has the number of the first; 0: it has none. */
  readonly batch: number;
  /** The last one: the sender has shut down. */
  readonly hasEnded: boolean;
}
