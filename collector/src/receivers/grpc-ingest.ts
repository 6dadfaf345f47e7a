import type { Access, Principal } from '../access/index.js';
import type { Signal } from '../decode/index.js';
import { type ErrorDetails, grpcStatusOf } from '../errors/index.js';
import { refusalReason } from './answers.js';
import { callerOf, type ExportCall } from './grpc-call.js';
import type { InFlight } from './in-flight.js';
import type { IngestObserver } from './ingest-observer.js';
import type { IngestOutcome, IngestPort } from './ingest-port.js';
import { encodeExportResponse } from './proto-answer.js';
import { BUSY } from './receiver-errors.js';

export interface GrpcIngestOptions {
  readonly authorise: Access['check'];
  readonly ingest: IngestPort;
  readonly inFlight: InFlight;
  readonly observe: IngestObserver;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Takes one Export call; resolves to the response's bytes, or to why it was refused. */
export const createGrpcIngest = ({ authorise, ingest, inFlight, observe, now }: GrpcIngestOptions) => {
  const store = async (signal: Signal, bytes: Buffer, principal: Principal): Promise<IngestOutcome | null> => {
    if (!inFlight.reserve(bytes.length)) return null;
    try {
      return await ingest({
        signal,
        format: 'otlp-protobuf',
        encoding: 'identity',
        bytes,
        principal,
        receivedAtMillis: now(),
      });
    } finally {
      inFlight.free(bytes.length);
    }
  };

  const errorOf = (outcome: Exclude<IngestOutcome, { status: 'accepted' }> | null): ErrorDetails => {
    if (outcome === null) return BUSY;
    if (outcome.status === 'refused') return outcome.error;
    const { reason, retryAfterSeconds } = outcome;
    return { code: 'STORE_UNAVAILABLE', message: reason, retryAfterSeconds };
  };

  return async (signal: Signal | 'metrics', call: ExportCall): Promise<Buffer | ErrorDetails> => {
    const started = performance.now();
    const bytes = call.request;
    const seen = { route: `grpc-${signal}`, format: 'otlp-protobuf', bytes: bytes.length };
    const fail = (error: ErrorDetails): ErrorDetails => {
      const elapsedMillis = performance.now() - started;
      const refusedByKind = [error.code.toLowerCase()];
      observe({ ...seen, code: grpcStatusOf[error.code], acceptedSpans: 0, refusedByKind, flagged: {}, elapsedMillis });
      return error;
    };

    const access = await authorise(callerOf(call), 'ingest');
    if (access.status === 'denied') return fail(access);
    if (signal === 'metrics') return encodeExportResponse(0, '');
    const outcome = await store(signal, bytes, access.principal);
    if (outcome?.status !== 'accepted') return fail(errorOf(outcome));
    const { refusedItems, acceptedSpans, flagged } = outcome.decoded;
    const refusedByKind = refusedItems.map(({ kind }) => kind);
    observe({ ...seen, code: 0, acceptedSpans, refusedByKind, flagged, elapsedMillis: performance.now() - started });
    return encodeExportResponse(refusedItems.length, refusalReason(outcome.decoded));
  };
};
