import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

import type { Access, Principal } from '../access/index.js';
import type { BodyEncoding, Signal } from '../decode/index.js';
import type { ErrorDetails } from '../errors/index.js';
import { refusalReason } from './answers.js';
import type { BodyMemory } from './body-memory.js';
import { answerMessage, answerStatus, callerOf, type GrpcStatus, statusOf } from './grpc-call.js';
import { type MessageOutcome, readMessage } from './grpc-message.js';
import type { InFlight } from './in-flight.js';
import type { IngestObserver } from './ingest-observer.js';
import type { IngestOutcome, IngestPort } from './ingest-port.js';
import { encodeExportResponse } from './proto-answer.js';
import { BUSY, UNWORKABLE } from './receiver-errors.js';
import { unpackedGuess } from './request-kind.js';
import { type SenderListener, tellSender } from './sender-listener.js';
import { VIA_HEADER, viaOf } from './via.js';

export interface GrpcIngestOptions {
  readonly authorise: Access['check'];
  readonly ingest: IngestPort;
  readonly inFlight: InFlight;
  readonly memory: BodyMemory;
  /** As sent and unpacked. */
  readonly messageBytes: number;
  readonly requestTimeoutMillis: number;
  /** A message of which no byte comes for so long is given up. */
  readonly idleMillis: number;
  readonly observe: IngestObserver;
  readonly onSender?: SenderListener;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What a call came to: an answer, and what there is to count. */
interface Outcome {
  readonly answer: Buffer | GrpcStatus;
  /** `OK`, or the error's code. */
  readonly code: string;
  readonly acceptedSpans?: number;
  readonly refusedByKind?: readonly string[];
  readonly flagged?: Readonly<Record<string, number>>;
}

type Read = Extract<MessageOutcome, { readonly status: 'read' }>;

const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const RESOURCE_EXHAUSTED = 8;
const UNIMPLEMENTED = 12;

const ENCODINGS: Readonly<Record<string, BodyEncoding>> = { gzip: 'gzip', deflate: 'deflate', identity: 'identity' };

const failed = (error: ErrorDetails): Outcome => ({
  answer: statusOf(error),
  code: error.code,
  refusedByKind: [error.code.toLowerCase()],
});

const ended = (status: number, message: string, code: string): Outcome => ({
  answer: { code: status, message },
  code,
  refusedByKind: [code.toLowerCase()],
});

const tooLarge = (messageBytes: number): Outcome =>
  ended(RESOURCE_EXHAUSTED, `message must have at most ${String(messageBytes)} bytes`, 'PAYLOAD_TOO_LARGE');

/** Every Export call of OTLP goes the way that HTTP bodies go. */
export const createGrpcIngest = (options: GrpcIngestOptions) => {
  const { authorise, ingest, inFlight, messageBytes, observe, now } = options;

  const outcomeOf = (outcome: IngestOutcome): Outcome => {
    switch (outcome.status) {
      case 'accepted': {
        const { refusedItems, acceptedSpans, flagged } = outcome.decoded;
        return {
          answer: encodeExportResponse(refusedItems.length, refusalReason(outcome.decoded)),
          code: 'OK',
          acceptedSpans,
          refusedByKind: refusedItems.map(({ kind }) => kind),
          flagged,
        };
      }
      case 'refused':
        return { ...failed(outcome.error), refusedByKind: [outcome.kind] };
      case 'unavailable': {
        const { reason, retryAfterSeconds } = outcome;
        return failed({ code: 'STORE_UNAVAILABLE', message: reason, retryAfterSeconds });
      }
    }
  };

  const store = async (
    signal: Signal,
    bytes: Buffer,
    encoding: BodyEncoding,
    headers: IncomingHttpHeaders,
    principal: Principal,
  ) => {
    const unpacked = unpackedGuess(bytes, encoding);
    if (encoding === 'gzip' && unpacked > messageBytes) return tooLarge(messageBytes);
    const held = Math.min(unpacked, messageBytes, Math.max(0, inFlight.limitBytes - bytes.length));
    if (!inFlight.reserve(held)) return failed(BUSY);
    try {
      return outcomeOf(
        await ingest({
          signal,
          format: 'otlp-protobuf',
          encoding,
          bytes,
          principal,
          receivedAtMillis: now(),
          ...viaOf(headers[VIA_HEADER]),
        }),
      );
    } finally {
      inFlight.free(held);
    }
  };

  const useMessage = async (
    signal: Signal | 'metrics',
    { bytes, isPacked }: Read,
    headers: IncomingHttpHeaders,
    principal: Principal,
  ): Promise<Outcome> => {
    const name = isPacked ? ((headers['grpc-encoding'] as string | undefined) ?? 'identity') : 'identity';
    const encoding = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
    if (encoding === undefined || (isPacked && encoding === 'identity'))
      return ended(UNIMPLEMENTED, 'grpc-encoding must be gzip, deflate or identity', 'UNSUPPORTED_MEDIA_TYPE');
    // Metrics aren't kept; an exporter set to send all three signals is told that all is well.
    if (signal === 'metrics') return { answer: encodeExportResponse(0, ''), code: 'OK' };
    return store(signal, bytes, encoding, headers, principal);
  };

  const outcomeOfUnread = (status: Exclude<MessageOutcome['status'], 'read' | 'aborted'>): Outcome => {
    switch (status) {
      case 'too-large':
        return tooLarge(messageBytes);
      case 'busy':
        return failed(BUSY);
      case 'stalled':
        return ended(DEADLINE_EXCEEDED, 'the message did not come in time', 'REQUEST_TIMEOUT');
      case 'malformed':
        return ended(INVALID_ARGUMENT, 'the call must hold one whole message', 'VALIDATION_ERROR');
    }
  };

  return async (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    signal: Signal | 'metrics',
    route: string,
  ): Promise<void> => {
    const since = performance.now();
    const finish = ({ answer, ...seen }: Outcome, bytes = 0): void => {
      if (Buffer.isBuffer(answer)) answerMessage(stream, answer);
      else answerStatus(stream, answer);
      observe({
        route,
        format: 'otlp-protobuf',
        bytes,
        acceptedSpans: 0,
        refusedByKind: [],
        flagged: {},
        ...seen,
        elapsedMillis: performance.now() - since,
      });
    };

    const work = async (): Promise<void> => {
      const access = await authorise(callerOf(stream, headers), 'ingest');
      if (access.status === 'denied') {
        finish(failed(access));
        return;
      }
      const message = await readMessage(stream, options);
      if (message.status === 'aborted') return;
      if (message.status !== 'read') {
        finish(outcomeOfUnread(message.status));
        return;
      }
      try {
        const outcome = await useMessage(signal, message, headers, access.principal);
        tellSender(options.onSender, access.principal.project, headers, outcome.acceptedSpans ?? 0);
        finish(outcome, message.bytes.length);
      } finally {
        message.done();
      }
    };
    await work().catch(() => {
      finish(failed(UNWORKABLE));
    });
  };
};
