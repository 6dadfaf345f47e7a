import { Metadata, type ServerUnaryCall, type ServiceDefinition } from '@grpc/grpc-js';

import { type ErrorDetails, grpcStatusOf } from '../errors/index.js';
import { encodeStatus } from './proto-answer.js';

/** Messages stay bytes: decode reads them, as it reads HTTP's. */
export type ExportCall = ServerUnaryCall<Buffer, Buffer>;

const asIs = (bytes: Buffer): Buffer => bytes;

export const exportService = (name: string): ServiceDefinition => ({
  Export: {
    path: `/${name}/Export`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  },
});

/** An error as gRPC tells it: with google.rpc.Status, and in it RetryInfo, as OTLP wants it. */
export const statusOf = (error: ErrorDetails) => {
  const metadata = new Metadata();
  const code = grpcStatusOf[error.code];
  metadata.set('grpc-status-details-bin', encodeStatus(code, error.message, error.retryAfterSeconds));
  return { code, details: error.message, metadata };
};

/** The authority that the caller named stands for HTTP's Host; `getPeer` gives `127.0.0.1:1234` or `[::1]:1234`. */
export const callerOf = (call: ExportCall) => ({
  headers: {
    ...Object.fromEntries(
      Object.entries(call.metadata.getMap()).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    host: call.getHost(),
  },
  remoteAddress: call
    .getPeer()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, ''),
});
