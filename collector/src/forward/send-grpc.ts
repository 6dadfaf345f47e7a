import * as http2 from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { ForwardEndpoint } from '../config/index.js';
import { rejectedItemsOf, retryInfoMillis } from './otlp-answer.js';
import type { Sender, SendOutcome } from './send.js';
import { tlsOptions } from './tls-options.js';

const pack = promisify(gzip);

const PATHS = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
} as const;

const CODES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
  ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];
/** As the OTLP specification has it; for RESOURCE_EXHAUSTED see `isTooLarge`. */
const RETRYABLE = ['CANCELLED', 'DEADLINE_EXCEEDED', 'ABORTED', 'OUT_OF_RANGE', 'UNAVAILABLE', 'DATA_LOSS'];
const MISCONFIGURED = ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'UNIMPLEMENTED', 'NOT_FOUND'];
/** What an answer means that never came from a gRPC server (grpc: http-grpc-status-mapping). */
const CODE_OF_HTTP: Readonly<Record<number, string>> = {
  400: 'INTERNAL',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'UNIMPLEMENTED',
  429: 'UNAVAILABLE',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};
const FRAME_HEAD_BYTES = 5;
const MAX_ANSWER_BYTES = 64 * 1024;

interface Answer {
  readonly httpStatus: number;
  readonly grpcStatus: string | undefined;
  readonly message: string;
  readonly details: string | undefined;
  readonly body: Buffer;
}

const codeOf = ({ httpStatus, grpcStatus }: Answer): string => {
  if (grpcStatus !== undefined) return CODES[Number(grpcStatus)] ?? 'UNKNOWN';
  return httpStatus === 200 ? 'UNAVAILABLE' : (CODE_OF_HTTP[httpStatus] ?? 'UNKNOWN');
};

/** What gRPC servers take unless they are told otherwise. */
const USUAL_MESSAGE_BYTES = 4 * 1024 * 1024;

/**
 * RESOURCE_EXHAUSTED is a quota, or a message that is too large. The specification tells them apart by RetryInfo, but an
 * OpenTelemetry Collector whose own endpoint says 429 sends none, and its backlog is not to be lost.
 */
const isTooLarge = ({ message }: Answer, messageBytes: number): boolean =>
  messageBytes > USUAL_MESSAGE_BYTES || /larger than max|exceeds max|too large/i.test(message.replaceAll('%20', ' '));

const outcomeOf = (answer: Answer, messageBytes: number): SendOutcome => {
  const name = codeOf(answer);
  if (name === 'OK')
    return { status: 'delivered', rejectedItems: rejectedItemsOf(answer.body.subarray(FRAME_HEAD_BYTES)) };
  const code = `GRPC_${name}`;
  const afterMillis = answer.details === undefined ? null : retryInfoMillis(Buffer.from(answer.details, 'base64'));
  const isExhausted = name === 'RESOURCE_EXHAUSTED' && (afterMillis !== null || !isTooLarge(answer, messageBytes));
  if (isExhausted || RETRYABLE.includes(name)) return { status: 'retry', code, afterMillis };
  return { status: MISCONFIGURED.includes(name) ? 'misconfigured' : 'refused', code };
};

const frameOf = async (bodies: readonly Uint8Array[], isPacked: boolean): Promise<Buffer> => {
  const message = isPacked ? await pack(Buffer.concat(bodies)) : Buffer.concat(bodies);
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt8(isPacked ? 1 : 0, 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0];

const readAnswer = (stream: http2.ClientHttp2Stream): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let headers: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader = {};
    let trailers: http2.IncomingHttpHeaders = {};
    stream.on('response', (received) => {
      headers = received;
    });
    stream.on('trailers', (received: http2.IncomingHttpHeaders) => {
      trailers = received;
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
    });
    stream.on('error', reject);
    // A stream that was reset may end without an error.
    stream.on('close', () => {
      const last = { ...headers, ...trailers };
      resolve({
        httpStatus: headers[':status'] ?? 503,
        grpcStatus: textOf(last['grpc-status']),
        message: textOf(last['grpc-message']) ?? '',
        details: textOf(last['grpc-status-details-bin']),
        body: Buffer.concat(chunks),
      });
    });
  });

/** Sends by OTLP/gRPC, one connection kept open; `https:` means TLS. */
export const createGrpcSender = (endpoint: ForwardEndpoint): Sender => {
  const { url, headers, timeoutMillis, compression } = endpoint;
  let session: http2.ClientHttp2Session | null = null;

  const connect = (): http2.ClientHttp2Session => {
    if (session !== null && !session.closed && !session.destroyed) return session;
    const made = http2.connect(url, tlsOptions(endpoint));
    // The stream under way is told too.
    made.on('error', () => undefined);
    made.on('goaway', () => {
      made.close();
    });
    made.unref();
    session = made;
    return made;
  };

  return {
    async send({ signal, bodies, via }, abort) {
      const timeout = AbortSignal.timeout(timeoutMillis);
      try {
        const frame = await frameOf(bodies, compression === 'gzip');
        const stream = connect().request(
          {
            'user-agent': 'noveum-collector',
            ...headers,
            ':method': 'POST',
            ':path': PATHS[signal],
            'content-type': 'application/grpc',
            te: 'trailers',
            'grpc-timeout': `${String(timeoutMillis)}m`,
            ...(compression === 'gzip' ? { 'grpc-encoding': 'gzip' } : {}),
            'noveum-via': via,
          },
          { signal: AbortSignal.any([abort, timeout]) },
        );
        const answer = readAnswer(stream);
        stream.end(frame);
        return outcomeOf(
          await answer,
          bodies.reduce((sum, { length }) => sum + length, 0),
        );
      } catch (error) {
        // Whatever held it up may hold the connection: the next try makes its own.
        session?.destroy();
        session = null;
        const code = timeout.aborted ? 'TIMEOUT' : ((error as { code?: string }).code ?? 'NETWORK');
        return { status: 'retry', code, afterMillis: null };
      }
    },
    close: () => {
      session?.destroy();
    },
  };
};
