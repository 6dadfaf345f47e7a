import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Access } from '../access/index.js';
import type { BodyEncoding, BodyFormat, Signal } from '../decode/index.js';
import type { ErrorDetails } from '../errors/index.js';
import { type Answer, errorBody, nativeVoice, otlpJsonVoice, otlpProtobufVoice, type Voice } from './answers.js';
import { contentDigestProblem } from './content-digest.js';
import { createBodyMemory } from './body-memory.js';
import type { InFlight } from './in-flight.js';
import type { IngestPort } from './ingest-port.js';
import type { IngestRoute } from './ingest-routes.js';
import { readBody } from './read-body.js';

/** Told of every ingest request, once. */
export type IngestObserver = (seen: {
  readonly route: string;
  readonly format: string;
  readonly code: number;
  readonly bytes: number;
  readonly acceptedSpans: number;
  readonly refusedByKind: readonly string[];
  readonly flagged: Readonly<Record<string, number>>;
  readonly elapsedMillis: number;
}) => void;

export interface HttpIngestOptions {
  readonly authorise: Access['check'];
  readonly ingest: IngestPort;
  readonly inFlight: InFlight;
  readonly bodyBytes: number;
  readonly observe: IngestObserver;
  /** Unix milliseconds. */
  readonly now: () => number;
}

const PROTOBUF_TYPES = ['application/x-protobuf', 'application/protobuf'];
const BUSY_RETRY_SECONDS = 1;

const formatOf = (request: IncomingMessage): BodyFormat | null => {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (PROTOBUF_TYPES.includes(type)) return 'otlp-protobuf';
  return type === 'application/json' ? 'json' : null;
};

const encodingOf = (request: IncomingMessage): BodyEncoding | null => {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  return encoding === 'gzip' || encoding === 'deflate' || encoding === 'identity' ? encoding : null;
};

const unsupported = (field: string, issue: string): ErrorDetails => ({
  code: 'UNSUPPORTED_MEDIA_TYPE',
  message: `${field} ${issue}`,
  field,
  issue,
});

const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  // What the sender still sends is thrown away, so that it gets to read the answer.
  if (!request.complete) {
    response.setHeader('connection', 'close');
    request.resume();
  }
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': answer.body.length,
    ...(answer.retryAfterSeconds === undefined ? {} : { 'retry-after': String(answer.retryAfterSeconds) }),
    ...(answer.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(answer.body);
};

/** OTLP's and the native API's bodies by HTTP; no framework in between, as every microsecond here is paid per request. */
export const createHttpIngest = (options: HttpIngestOptions) => {
  const { authorise, ingest, inFlight, bodyBytes, observe, now } = options;
  const memory = createBodyMemory();
  const date = (): Date => new Date(now());

  const errorVoice = (format: BodyFormat | null, signal: Signal | 'metrics'): Voice => {
    if (format === 'otlp-protobuf') return otlpProtobufVoice;
    if (signal === 'logs' || signal === 'metrics') return otlpJsonVoice('rejectedLogRecords');
    return nativeVoice(signal === 'trace', date);
  };

  const voiceOf = (journalled: string, format: BodyFormat, signal: Signal): Voice => {
    if (format === 'otlp-protobuf') return otlpProtobufVoice;
    if (journalled === 'native') return nativeVoice(signal === 'trace', date);
    return otlpJsonVoice(signal === 'logs' ? 'rejectedLogRecords' : 'rejectedSpans');
  };

  return async (request: IncomingMessage, response: ServerResponse, route: IngestRoute): Promise<void> => {
    const started = performance.now();
    const { signal } = route;
    const format = formatOf(request);
    const encoding = encodingOf(request);
    const seen = { route: signal, format: format ?? 'unknown', bytes: 0, acceptedSpans: 0 };

    const finish = (
      answer: Answer,
      details: { refusedByKind?: readonly string[]; flagged?: Readonly<Record<string, number>> } = {},
    ): void => {
      send(request, response, answer);
      const elapsedMillis = performance.now() - started;
      observe({ ...seen, code: answer.status, refusedByKind: [], flagged: {}, ...details, elapsedMillis });
    };
    const fail = (error: ErrorDetails): void => {
      finish(errorVoice(format, signal).failed(error), { refusedByKind: [error.code.toLowerCase()] });
    };

    const access = await authorise(
      { headers: request.headers, remoteAddress: request.socket.remoteAddress },
      'ingest',
    );
    if (access.status === 'denied') {
      fail(access);
      return;
    }
    if (format === null) {
      fail(unsupported('Content-Type', 'must be application/x-protobuf or application/json'));
      return;
    }
    if (encoding === null) {
      fail(unsupported('Content-Encoding', 'must be gzip, deflate or identity'));
      return;
    }

    const body = await readBody(request, { bodyBytes, inFlight, memory });
    switch (body.status) {
      case 'aborted':
        return;
      case 'busy':
        fail({
          code: 'STORE_UNAVAILABLE',
          message: 'too many bytes are in flight',
          retryAfterSeconds: BUSY_RETRY_SECONDS,
        });
        return;
      case 'too-large':
        fail({
          code: 'PAYLOAD_TOO_LARGE',
          message: `body must have at most ${String(bodyBytes)} bytes as sent`,
          field: 'body',
          issue: `must have at most ${String(bodyBytes)} bytes as sent`,
        });
        return;
      case 'read':
        break;
    }
    seen.bytes = body.bytes.length;
    try {
      const digestProblem = contentDigestProblem(request.headers['content-digest'] as string | undefined, body.bytes);
      if (digestProblem !== null) {
        fail({
          code: 'VALIDATION_ERROR',
          message: `Content-Digest: ${digestProblem}`,
          field: 'Content-Digest',
          issue: digestProblem,
        });
        return;
      }
      if (signal === 'metrics') {
        finish(metricsAnswer(format));
        return;
      }
      const outcome = await ingest({
        signal,
        format,
        encoding,
        bytes: body.bytes,
        principal: access.principal,
        receivedAtMillis: now(),
      });
      switch (outcome.status) {
        case 'accepted': {
          const { decoded } = outcome;
          seen.acceptedSpans = decoded.acceptedSpans;
          const voice = voiceOf(decoded.record.format, format, signal);
          finish(voice.accepted(decoded, performance.now() - started), {
            refusedByKind: decoded.refusedItems.map(({ kind }) => kind),
            flagged: decoded.flagged,
          });
          return;
        }
        case 'refused':
          fail(outcome.error);
          return;
        case 'unavailable':
          fail({
            code: 'STORE_UNAVAILABLE',
            message: outcome.reason,
            retryAfterSeconds: outcome.retryAfterSeconds,
          });
      }
    } finally {
      body.done();
    }
  };
};

/** Metrics aren't kept; an exporter set to send all three signals is told that all is well. */
const metricsAnswer = (format: BodyFormat): Answer =>
  format === 'otlp-protobuf'
    ? { status: 200, contentType: 'application/x-protobuf', body: Buffer.alloc(0) }
    : { status: 200, contentType: 'application/json', body: Buffer.from('{"partialSuccess":{}}') };

/** The answer to what no receiver understands. */
export const sendError = (response: ServerResponse, status: number, error: ErrorDetails, now: Date): void => {
  const body = Buffer.from(JSON.stringify(errorBody(error, now)));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
};
