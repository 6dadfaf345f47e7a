import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

import { type ErrorDetails, grpcStatusOf } from '../errors/index.js';
import { PREFIX_BYTES } from './grpc-message.js';
import { encodeStatus } from './proto-answer.js';

/** What a call ends with that brings no message back. */
export interface GrpcStatus {
  /** Of google.rpc.Code. */
  readonly code: number;
  readonly message: string;
  /** google.rpc.Status, where a client may read more. */
  readonly details?: Buffer;
}

/** An error as gRPC tells it: with google.rpc.Status, and in it RetryInfo, as OTLP wants it. */
export const statusOf = ({ code: name, message, retryAfterSeconds }: ErrorDetails): GrpcStatus => {
  const code = grpcStatusOf[name];
  return { code, message, details: encodeStatus(code, message, retryAfterSeconds) };
};

const HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': 'identity,gzip,deflate',
} as const;

const isGone = (stream: ServerHttp2Stream): boolean => stream.destroyed || stream.closed || stream.headersSent;

/** Ends the call with one message. */
export const answerMessage = (stream: ServerHttp2Stream, message: Buffer): void => {
  if (isGone(stream)) return;
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  stream.once('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' });
  });
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.end(Buffer.concat([prefix, message]));
};

/** Ends the call at once, even where the message has not arrived in whole; the sender is told to stop sending. */
export const answerStatus = (stream: ServerHttp2Stream, { code, message, details }: GrpcStatus): void => {
  if (isGone(stream)) return;
  stream.respond(
    {
      ...HEADERS,
      'grpc-status': String(code),
      'grpc-message': encodeURI(message),
      ...(details === undefined ? {} : { 'grpc-status-details-bin': details.toString('base64') }),
    },
    { endStream: true },
  );
  // What is under way is thrown away. RFC 9113 §8.1: a whole answer, then a reset without an error.
  stream.resume();
  stream.close(constants.NGHTTP2_NO_ERROR);
};

/** Whoever is no gRPC client gets an answer of HTTP. */
export const answerHttp = (stream: ServerHttp2Stream, status: number): void => {
  if (isGone(stream)) return;
  stream.respond({ ':status': status }, { endStream: true });
  stream.resume();
  stream.close(constants.NGHTTP2_NO_ERROR);
};

/** The authority that the caller named stands for HTTP's Host. */
export const callerOf = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => ({
  headers: { ...headers, host: headers[':authority'] ?? headers.host },
  remoteAddress: stream.session?.socket.remoteAddress,
});
