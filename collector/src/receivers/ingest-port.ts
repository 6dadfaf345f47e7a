import type { Principal } from '../access/index.js';
import type { BodyEncoding, BodyFormat, DecodedBody, Signal } from '../decode/index.js';
import type { ErrorDetails } from '../errors/index.js';

export interface IngestRequest {
  readonly signal: Signal;
  readonly format: BodyFormat;
  readonly encoding: BodyEncoding;
  readonly bytes: Buffer;
  readonly principal: Principal;
  readonly receivedAtMillis: number;
  /** The collectors that forwarded it, if any did. */
  readonly via?: string;
}

export type IngestOutcome =
  | { readonly status: 'accepted'; readonly decoded: DecodedBody }
  /** `kind`: machine name of the problem, for the counter. */
  | { readonly status: 'refused'; readonly error: ErrorDetails; readonly kind: string }
  | { readonly status: 'unavailable'; readonly retryAfterSeconds: number; readonly reason: string };

/** What receivers hand their bytes to. Resolves once they are durable, or refused; never rejects. */
export type IngestPort = (request: IngestRequest) => Promise<IngestOutcome>;
