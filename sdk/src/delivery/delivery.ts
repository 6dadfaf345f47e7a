/** A batch on its way: an ExportTraceServiceRequest that fills its buffer's front. */
export interface EncodedRequest {
  readonly request: Uint8Array<ArrayBuffer>;
  readonly spanCount: number;
  /** Whether it holds nothing but spans that stages may have nothing to do with. */
  readonly isPlain: boolean;
}

/** Whether a pipeline can do something with one more batch, or would only hold it. */
export interface Room {
  /** False while every exporter has in hand what it can send at once. */
  isFree(): boolean;
  /** Calls back whenever an exporter has a batch behind it. */
  onFree(listen: () => void): void;
}

/** What is done with batches: processed, then handed to every exporter. */
export interface Pipeline {
  /**
   * Never rejects. Settles once every exporter has the batch behind it, for good (true: delivered, spooled, held by the
   * keep-rule) or bad.
   */
  accept(batch: EncodedRequest): Promise<boolean>;
  /** Without it there is always room. */
  readonly room?: Room;
  /** True once nothing is on its way any more; false where the time was up first. */
  flush(timeoutMillis: number): Promise<boolean>;
  /** What has been counted so far. */
  counts(): unknown;
  /** From the next batch on. */
  configure(settings: unknown): void;
  /** Flushes, then gives back sockets and files. Idempotent. */
  close(timeoutMillis: number): Promise<void>;
}

/** Brings batches from the host's thread to a pipeline, wherever that runs. Nothing here throws. */
export interface Delivery {
  send(batch: EncodedRequest): void;
  /** Sent and not settled. */
  readonly inFlightSpans: number;
  readonly inFlightBytes: number;
  /** As `Pipeline`'s. */
  configure(settings: unknown): void;
  flush(timeoutMillis: number): Promise<boolean>;
  close(timeoutMillis: number): Promise<void>;
}
