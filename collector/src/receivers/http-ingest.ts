import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Access, Principal } from '../access/index.js';
import type { ErrorDetails } from '../errors/index.js';
import type { Answer } from './answers.js';
import type { BodyMemory } from './body-memory.js';
import { createVoices } from './choose-voice.js';
import { contentDigestProblem } from './content-digest.js';
import type { InFlight } from './in-flight.js';
import type { IngestObserver } from './ingest-observer.js';
import type { IngestOutcome, IngestPort } from './ingest-port.js';
import type { IngestRoute } from './ingest-routes.js';
import { type BodyOutcome, readBody } from './read-body.js';
import { BUSY, bodyTooLarge, UNWORKABLE } from './receiver-errors.js';
import { formatOf, type RequestKind, requestKindOf, unpackedGuess } from './request-kind.js';
import { sendAnswer } from './send-answer.js';
import { type SenderListener, tellSender } from './sender-listener.js';
import { VIA_HEADER, viaOf } from './via.js';

export interface HttpIngestOptions {
  readonly authorise: Access['check'];
  readonly ingest: IngestPort;
  readonly inFlight: InFlight;
  readonly memory: BodyMemory;
  readonly bodyBytes: number;
  readonly unpackedBytes: number;
  /** A body of which no byte comes for so long is given up. */
  readonly idleMillis: number;
  readonly observe: IngestObserver;
  readonly onSender?: SenderListener;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What a request came to: an answer, and what there is to count. */
interface Outcome {
  readonly answer: Answer;
  /** `OK`, or the error's code. */
  readonly code: string;
  readonly bytes?: number;
  readonly acceptedSpans?: number;
  readonly refusedByKind?: readonly string[];
  readonly flagged?: Readonly<Record<string, number>>;
}

type Read = Extract<BodyOutcome, { readonly status: 'read' }>;

const STALLED: Answer = {
  status: 408,
  contentType: 'text/plain',
  body: Buffer.alloc(0),
  headers: { connection: 'close' },
};

/** Metrics aren't kept; an exporter set to send all three signals is told that all is well. */
const metricsAnswer = ({ format }: RequestKind): Answer =>
  format === 'otlp-protobuf'
    ? { status: 200, contentType: 'application/x-protobuf', body: Buffer.alloc(0) }
    : { status: 200, contentType: 'application/json', body: Buffer.from('{"partialSuccess":{}}') };

const isError = (kind: RequestKind | ErrorDetails): kind is ErrorDetails => 'code' in kind;

/** OTLP's and the native API's bodies by HTTP; no framework in between, as every microsecond here is paid per request. */
export const createHttpIngest = (options: HttpIngestOptions) => {
  const { authorise, ingest, inFlight, memory, bodyBytes, unpackedBytes, idleMillis, observe, now } = options;
  const voices = createVoices(() => new Date(now()));
  const limits = { bodyBytes, inFlight, memory, idleMillis };

  const outcomeOf = (
    outcome: IngestOutcome,
    route: IngestRoute,
    kind: RequestKind,
    bytes: Buffer,
    since: number,
  ): Outcome => {
    switch (outcome.status) {
      case 'accepted': {
        const { decoded } = outcome;
        const answer = voices.ofDecoded(route, kind, decoded).accepted(decoded, performance.now() - since);
        return {
          answer,
          code: answer.status === 200 ? 'OK' : 'VALIDATION_ERROR',
          acceptedSpans: decoded.acceptedSpans,
          refusedByKind: decoded.refusedItems.map((item) => item.kind),
          flagged: decoded.flagged,
        };
      }
      case 'refused':
        return {
          answer: voices.ofRefused(route, kind, bytes).failed(outcome.error),
          code: outcome.error.code,
          refusedByKind: [outcome.kind],
        };
      case 'unavailable':
        return {
          answer: voices.ofRefused(route, kind, bytes).failed({
            code: 'STORE_UNAVAILABLE',
            message: outcome.reason,
            retryAfterSeconds: outcome.retryAfterSeconds,
          }),
          code: 'STORE_UNAVAILABLE',
          refusedByKind: ['store_unavailable'],
        };
    }
  };

  const useBody = async (
    { bytes }: Read,
    route: IngestRoute,
    kind: RequestKind,
    principal: Principal,
    headers: IncomingMessage['headers'],
    since: number,
  ): Promise<Outcome | ErrorDetails> => {
    const issue = contentDigestProblem(headers['content-digest'] as string | undefined, bytes);
    if (issue !== null)
      return { code: 'VALIDATION_ERROR', message: `Content-Digest: ${issue}`, field: 'Content-Digest', issue };
    const { signal } = route;
    if (signal === 'metrics') return { answer: metricsAnswer(kind), code: 'OK' };
    const unpacked = Math.min(
      unpackedGuess(bytes, kind.encoding),
      unpackedBytes,
      Math.max(0, inFlight.limitBytes - bytes.length),
    );
    if (!inFlight.reserve(unpacked)) return BUSY;
    try {
      const outcome = await ingest({
        ...kind,
        signal,
        bytes,
        principal,
        receivedAtMillis: now(),
        ...viaOf(headers[VIA_HEADER]),
      });
      return outcomeOf(outcome, route, kind, bytes, since);
    } finally {
      inFlight.free(unpacked);
    }
  };

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    route: IngestRoute,
    /** Called once the body is wanted. */
    start: () => void = () => undefined,
  ): Promise<void> => {
    const since = performance.now();
    const format = formatOf(request);
    const finish = ({ answer, ...seen }: Outcome): void => {
      sendAnswer(request, response, answer);
      observe({
        route: route.pattern,
        format: format ?? 'unknown',
        bytes: 0,
        acceptedSpans: 0,
        refusedByKind: [],
        flagged: {},
        ...seen,
        elapsedMillis: performance.now() - since,
      });
    };
    const fail = (error: ErrorDetails, bytes = 0): void => {
      finish({
        answer: voices.ofRequest(route, format).failed(error),
        code: error.code,
        bytes,
        refusedByKind: [error.code.toLowerCase()],
      });
    };

    const work = async (): Promise<void> => {
      const caller = { headers: request.headers, remoteAddress: request.socket.remoteAddress };
      const access = await authorise(caller, 'ingest');
      if (access.status === 'denied') {
        fail(access);
        return;
      }
      const kind = requestKindOf(request);
      if (isError(kind)) {
        fail(kind);
        return;
      }
      const body = await readBody(request, limits, start);
      switch (body.status) {
        case 'aborted':
          return;
        case 'stalled':
          finish({ answer: STALLED, code: 'REQUEST_TIMEOUT', refusedByKind: ['stalled'] });
          return;
        case 'busy':
          fail(BUSY);
          return;
        case 'too-large':
          fail(bodyTooLarge(bodyBytes));
          return;
        case 'read':
          break;
      }
      try {
        const outcome = await useBody(body, route, kind, access.principal, request.headers, since);
        const bytes = body.bytes.length;
        const acceptedSpans = 'answer' in outcome ? (outcome.acceptedSpans ?? 0) : 0;
        tellSender(options.onSender, access.principal.project, request.headers, acceptedSpans);
        if ('answer' in outcome) finish({ ...outcome, bytes });
        else fail(outcome, bytes);
      } finally {
        body.done();
      }
    };
    await work().catch(() => {
      if (response.headersSent) response.destroy();
      else fail(UNWORKABLE);
    });
  };
};
