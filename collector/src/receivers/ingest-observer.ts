/** Told of every ingest request that is answered, once. */
export type IngestObserver = (seen: {
  readonly route: string;
  readonly format: string;
  /** HTTP's or gRPC's. */
  readonly code: number;
  readonly bytes: number;
  readonly acceptedSpans: number;
  readonly refusedByKind: readonly string[];
  readonly flagged: Readonly<Record<string, number>>;
  readonly elapsedMillis: number;
}) => void;
