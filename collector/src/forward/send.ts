/** One request to an endpoint. */
export interface OutgoingRequest {
  readonly signal: 'traces' | 'logs';
  /** Messages of one kind; written one after the other they are one message. */
  readonly bodies: readonly Uint8Array[];
  /** The collectors that have seen it, this one at the end. */
  readonly via: string;
}

/** What came of it. `code` names an HTTP status, a gRPC status or an errno, never a text of the endpoint's. */
export type SendOutcome =
  /** Taken; of its items the endpoint refused some for good. */
  | { readonly status: 'delivered'; readonly rejectedItems: number }
  /** May be taken later. */
  | { readonly status: 'retry'; readonly code: string; readonly afterMillis: number | null }
  /** Nothing will be taken until somebody changes a key, an address or a right. */
  | { readonly status: 'misconfigured'; readonly code: string }
  /** Will never be taken as it is. */
  | { readonly status: 'refused'; readonly code: string };

export interface Sender {
  /** Never rejects. An aborted request is to be tried again. */
  send(request: OutgoingRequest, abort: AbortSignal): Promise<SendOutcome>;
  close(): void;
}
