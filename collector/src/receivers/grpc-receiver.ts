import { Metadata, Server, ServerCredentials, type handleUnaryCall, type ServerUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';

import type { Access } from '../access/index.js';
import type { Signal } from '../decode/index.js';
import { type ErrorDetails, grpcStatusOf } from '../errors/index.js';
import { refusalReason } from './answers.js';
import type { IngestObserver } from './http-ingest.js';
import type { InFlight } from './in-flight.js';
import type { IngestPort } from './ingest-port.js';
import { encodeExportResponse, encodeStatus } from './proto-answer.js';

export interface GrpcReceiverOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly authorise: Access['check'];
  readonly ingest: IngestPort;
  readonly inFlight: InFlight;
  readonly messageBytes: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string | null } | null;
  readonly observe: IngestObserver;
  readonly now: () => number;
}

export interface GrpcReceiver {
  readonly port: number;
  /** Waits for the calls under way, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

const SERVICES = {
  trace: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
} as const;

const asIs = (bytes: Buffer): Buffer => bytes;

const exportOf = (service: string): ServiceDefinition => ({
  Export: {
    path: `/${service}/Export`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
});

const BUSY_RETRY_SECONDS = 1;

const statusOf = (error: ErrorDetails) => {
  const metadata = new Metadata();
  const code = grpcStatusOf[error.code];
  metadata.set('grpc-status-details-bin', encodeStatus(code, error.message, error.retryAfterSeconds));
  return { code, details: error.message, metadata };
};

type Call = ServerUnaryCall<Buffer, Buffer>;

/** The authority that the caller named stands for HTTP's Host. */
const headersOf = (call: Call): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(call.metadata.getMap()).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  ),
  host: call.getHost(),
});

/** `getPeer` gives `127.0.0.1:1234` or `[::1]:1234`. */
const addressOf = (call: Call): string => call.getPeer().replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

const credentialsOf = (tls: GrpcReceiverOptions['tls']): ServerCredentials =>
  tls === null
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(
        tls.ca === null ? null : Buffer.from(tls.ca),
        [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }],
        tls.ca !== null,
      );

/** OTLP by gRPC. Messages come as bytes and go the way that HTTP bodies go. */
export const startGrpcReceiver = async (options: GrpcReceiverOptions): Promise<GrpcReceiver> => {
  const { authorise, ingest, inFlight, observe, now } = options;
  const server = new Server({
    'grpc.max_receive_message_length': options.messageBytes,
    'grpc.max_metadata_size': 64 * 1024,
  });

  const take = async (signal: Signal, call: Call): Promise<Buffer | ErrorDetails> => {
    const started = performance.now();
    const bytes = call.request;
    const seen = { route: `grpc-${signal}`, format: 'otlp-protobuf', bytes: bytes.length };
    const fail = (error: ErrorDetails): ErrorDetails => {
      const elapsedMillis = performance.now() - started;
      const refusedByKind = [error.code.toLowerCase()];
      observe({ ...seen, code: grpcStatusOf[error.code], acceptedSpans: 0, refusedByKind, flagged: {}, elapsedMillis });
      return error;
    };
    const access = await authorise({ headers: headersOf(call), remoteAddress: addressOf(call) }, 'ingest');
    if (access.status === 'denied') return fail(access);
    if (!inFlight.reserve(bytes.length))
      return fail({
        code: 'STORE_UNAVAILABLE',
        message: 'too many bytes are in flight',
        retryAfterSeconds: BUSY_RETRY_SECONDS,
      });
    try {
      const outcome = await ingest({
        signal,
        format: 'otlp-protobuf',
        encoding: 'identity',
        bytes,
        principal: access.principal,
        receivedAtMillis: now(),
      });
      if (outcome.status === 'refused') return fail(outcome.error);
      if (outcome.status === 'unavailable')
        return fail({
          code: 'STORE_UNAVAILABLE',
          message: outcome.reason,
          retryAfterSeconds: outcome.retryAfterSeconds,
        });
      const { decoded } = outcome;
      observe({
        ...seen,
        code: 0,
        acceptedSpans: decoded.acceptedSpans,
        refusedByKind: decoded.refusedItems.map(({ kind }) => kind),
        flagged: decoded.flagged,
        elapsedMillis: performance.now() - started,
      });
      return encodeExportResponse(decoded.refusedItems.length, refusalReason(decoded));
    } finally {
      inFlight.free(bytes.length);
    }
  };

  const handler =
    (signal: Signal): handleUnaryCall<Buffer, Buffer> =>
    (call, callback) => {
      void take(signal, call).then((answer) => {
        if (Buffer.isBuffer(answer)) callback(null, answer);
        else callback(statusOf(answer));
      });
    };

  server.addService(exportOf(SERVICES.trace), { Export: handler('traces') });
  server.addService(exportOf(SERVICES.logs), { Export: handler('logs') });
  server.addService(exportOf(SERVICES.metrics), {
    Export: ((_call, callback) => {
      callback(null, Buffer.alloc(0));
    }) satisfies handleUnaryCall<Buffer, Buffer>,
  });

  const address = options.host.includes(':') ? `[${options.host}]` : options.host;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${address}:${String(options.port)}`, credentialsOf(options.tls), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });

  return {
    port,
    close: (withinMillis) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          server.forceShutdown();
        }, withinMillis);
        server.tryShutdown(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
};
