/** Told of every ingest request that is answered, once. */
export type IngestObserver = (seen: {
  /** The route's pattern, e.g. `/v1/traces`, or gRPC's path of the method: never the address as sent. */
  readonly route: string;
  readonly format: string;
  /** `OK`, an error's code, or `REQUEST_TIMEOUT`. */
  readonly code: string;
  readonly bytes: number;
  readonly acceptedSpans: number;
  readonly refusedByKind: readonly string[];
  readonly flagged: Readonly<Record<string, number>>;
  readonly elapsedMillis: number;
}) => void;
