import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

import type { Signal } from '../decode/index.js';
import { answerHttp, answerStatus } from './grpc-call.js';
import { createGrpcIngest, type GrpcIngestOptions } from './grpc-ingest.js';

export interface GrpcReceiverOptions extends Omit<GrpcIngestOptions, 'idleMillis'> {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Between two pieces of a message. */
  readonly headerTimeoutMillis: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string | null } | null;
}

export interface GrpcReceiver {
  readonly port: number;
  /** Takes no more, waits for the calls under way, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

const SIGNALS: Readonly<Record<string, Signal | 'metrics'>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};

/** RFC 9113 §6.5.2 recommends no fewer than 100; what their messages take is reserved with that of all others. */
const SETTINGS = { maxConcurrentStreams: 100, maxHeaderListSize: 64 * 1024 } as const;
const UNIMPLEMENTED = 12;

const makeServer = (tls: GrpcReceiverOptions['tls']): Http2Server =>
  tls === null
    ? createServer({ settings: SETTINGS })
    : createSecureServer({
        settings: SETTINGS,
        cert: tls.cert,
        key: tls.key,
        ...(tls.ca === null ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true }),
      });

const createHandler = (options: GrpcReceiverOptions) => {
  const take = createGrpcIngest({ ...options, idleMillis: options.headerTimeoutMillis });
  return (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void => {
    // A sender that resets its call is an error of the stream, which would end the process; 'close' tells it, too.
    stream.on('error', () => undefined);
    const path = headers[':path'] ?? '';
    if (headers[':method'] !== 'POST') answerHttp(stream, 405);
    else if (headers['content-type']?.startsWith('application/grpc') !== true) answerHttp(stream, 415);
    else {
      const signal = Object.hasOwn(SIGNALS, path) ? SIGNALS[path] : undefined;
      if (signal === undefined) answerStatus(stream, { code: UNIMPLEMENTED, message: 'the method is not known' });
      else void take(stream, headers, signal, path);
    }
  };
};

/**
 * OTLP by gRPC: unary calls over HTTP/2, read with no library in between, as those hold whole messages, of any number
 * of senders, before whoever counts the bytes in flight hears of them.
 */
export const startGrpcReceiver = async (options: GrpcReceiverOptions): Promise<GrpcReceiver> => {
  const server = makeServer(options.tls);
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', createHandler(options));

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: (withinMillis) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const session of sessions) session.destroy();
        }, withinMillis);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        for (const session of sessions) session.close();
      }),
  };
};
