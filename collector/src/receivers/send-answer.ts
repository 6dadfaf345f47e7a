import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Answer } from './answers.js';

/** How long what a sender still sends is thrown away, so that it gets to read its answer before the line is cut. */
const LINGER_MILLIS = 5_000;

const linger = (request: IncomingMessage): void => {
  const { socket } = request;
  const timer = setTimeout(() => {
    socket.destroy();
  }, LINGER_MILLIS);
  // The request itself tells of no end once its answer is out and the sender has left.
  const done = (): void => {
    clearTimeout(timer);
    request.off('end', done);
    socket.off('close', done);
  };
  request.on('end', done);
  socket.on('close', done);
  request.resume();
};

/**
 * Answers at once, even where the body has not arrived in whole. The connection stays usable for a sender that then
 * finishes its body; closing it at once would reset it, and many clients then never see the answer.
 */
export const sendAnswer = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': answer.body.length,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(answer.retryAfterSeconds === undefined ? {} : { 'retry-after': String(answer.retryAfterSeconds) }),
    ...(answer.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    // RFC 9110 §15.5.16: tells a sender which encodings would do.
    ...(answer.status === 415 ? { 'accept-encoding': 'gzip, deflate, identity' } : {}),
    ...answer.headers,
  });
  response.end(answer.body);
  if (!request.complete && !request.destroyed) linger(request);
};
