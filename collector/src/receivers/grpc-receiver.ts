import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';

import { exportService, statusOf } from './grpc-call.js';
import { createGrpcIngest, type GrpcIngestOptions } from './grpc-ingest.js';
import { UNWORKABLE } from './receiver-errors.js';

export interface GrpcReceiverOptions extends GrpcIngestOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** As sent and unpacked. */
  readonly messageBytes: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string | null } | null;
}

export interface GrpcReceiver {
  readonly port: number;
  /** Takes no more, waits for the calls under way, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

const SERVICES = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
} as const;

/** Messages of one connection are read whole before a handler sees them: this bounds how many. */
const STREAMS_PER_CONNECTION = 32;
const METADATA_BYTES = 64 * 1024;

const credentialsOf = (tls: GrpcReceiverOptions['tls']): ServerCredentials =>
  tls === null
    ? ServerCredentials.createInsecure()
    : ServerCredentials.createSsl(
        tls.ca === null ? null : Buffer.from(tls.ca),
        [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }],
        tls.ca !== null,
      );

const bind = (server: Server, address: string, credentials: ServerCredentials): Promise<number> =>
  new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });

/** OTLP by gRPC. Messages come as bytes and go the way that HTTP bodies go. */
export const startGrpcReceiver = async (options: GrpcReceiverOptions): Promise<GrpcReceiver> => {
  const take = createGrpcIngest(options);
  const server = new Server({
    'grpc.max_receive_message_length': options.messageBytes,
    'grpc.max_metadata_size': METADATA_BYTES,
    'grpc.max_concurrent_streams': STREAMS_PER_CONNECTION,
  });

  const handler =
    (signal: keyof typeof SERVICES): handleUnaryCall<Buffer, Buffer> =>
    (call, callback) => {
      void take(signal, call)
        .catch(() => UNWORKABLE)
        .then((answer) => {
          if (Buffer.isBuffer(answer)) callback(null, answer);
          else callback(statusOf(answer));
        });
    };
  for (const signal of Object.keys(SERVICES) as (keyof typeof SERVICES)[])
    server.addService(exportService(SERVICES[signal]), { Export: handler(signal) });

  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const port = await bind(server, `${host}:${String(options.port)}`, credentialsOf(options.tls));
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
