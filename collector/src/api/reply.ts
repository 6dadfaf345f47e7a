import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Request, Response } from 'express';

import { chooseEncoding, encodeBody, encodingStream } from './compress.js';
import { type JsonMembers, objectPieces, publishedMembers } from './json-pieces.js';

/** What a route answers with. */
export type Reply =
  | { readonly kind: 'object'; readonly members: JsonMembers }
  | { readonly kind: 'events'; readonly events: AsyncIterable<string> }
  | PiecesReply;

interface PiecesReply {
  readonly kind: 'pieces';
  readonly contentType: string;
  readonly pieces: Pieces;
  /** To be saved under; letters, digits, hyphens and dots. */
  readonly fileName?: string;
  /** Header that the answer depends on, beside `Accept-Encoding`. */
  readonly vary?: string;
  /** It would gain nothing by compression. */
  readonly isPacked?: boolean;
}

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Who left before the end is no fault, and nobody is left to be told. */
export type Sent = 'OK' | 'GONE';

/** Answers up to here go in one go, with their length. */
const WHOLE_BYTES = 256 * 1024;
/** A socket, and above all TLS, works off at once what it is given at once. */
const SLICE_BYTES = 256 * 1024;
/** A client that takes nothing for so long is gone. */
const STALLED_MILLIS = 60_000;

const slicesOf = async function* (pieces: Pieces): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces)
    for (let at = 0; at < piece.length; at += SLICE_BYTES) yield piece.subarray(at, at + SLICE_BYTES);
};

const sendWhole = async (response: Response, text: Buffer, accepted: string | undefined): Promise<Sent> => {
  const { body, encoding } = await encodeBody(text, accepted);
  if (encoding !== null) response.setHeader('content-encoding', encoding);
  response.setHeader('content-length', body.length);
  response.end(body);
  return 'OK';
};

const beginningWith = async function* (
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
};

const pipeOut = async (...streams: [Readable, ...(Transform | Response)[]]): Promise<Sent> => {
  try {
    await pipeline(streams);
    return 'OK';
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ERR_STREAM_PREMATURE_CLOSE') return 'GONE';
    throw error;
  }
};

const sendStream = async (
  response: Response,
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
  accepted: string | undefined,
): Promise<Sent> => {
  const encoding = chooseEncoding(accepted);
  if (encoding !== null) response.setHeader('content-encoding', encoding);
  response.setTimeout(STALLED_MILLIS, () => response.destroy());
  const stream = Readable.from(beginningWith(first, rest), { highWaterMark: 1 });
  return encoding === null ? pipeOut(stream, response) : pipeOut(stream, encodingStream(encoding), response);
};

/** The beginning is awaited before anything is sent, so that what fails at once is told as an error. */
const sendPieces = async (request: Request, response: Response, reply: PiecesReply): Promise<Sent> => {
  const { contentType, pieces, fileName, vary, isPacked = false } = reply;
  const accepted = isPacked ? undefined : request.headers['accept-encoding'];
  const source = slicesOf(pieces)[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let next = await source.next();
  for (let bytes = 0; next.done !== true && bytes < WHOLE_BYTES; next = await source.next()) {
    first.push(next.value);
    bytes += next.value.length;
  }
  response.vary('accept-encoding');
  if (vary !== undefined) response.vary(vary);
  response.setHeader('content-type', contentType);
  if (fileName !== undefined) response.setHeader('content-disposition', `attachment; filename="${fileName}"`);
  if (next.done === true) return sendWhole(response, Buffer.concat(first), accepted);
  if (request.method !== 'HEAD') return sendStream(response, [...first, next.value], source, accepted);
  await source.return(undefined);
  response.end();
  return 'OK';
};

/** Server-sent events: each goes out when it comes, so they are neither awaited nor compressed. */
const sendEvents = async (request: Request, response: Response, events: AsyncIterable<string>): Promise<Sent> => {
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  // Some proxies hold back what they pass on, unless they are told.
  response.setHeader('x-accel-buffering', 'no');
  if (request.method === 'HEAD') {
    response.end();
    return 'OK';
  }
  response.flushHeaders();
  response.setTimeout(STALLED_MILLIS, () => response.destroy());
  return pipeOut(Readable.from(events, { highWaterMark: 1 }), response);
};

export const sendReply = (request: Request, response: Response, reply: Reply): Promise<Sent> => {
  if (reply.kind === 'events') return sendEvents(request, response, reply.events);
  if (reply.kind === 'pieces') return sendPieces(request, response, reply);
  const members = request.path.startsWith('/api/') ? publishedMembers(reply.members) : reply.members;
  const contentType = 'application/json; charset=utf-8';
  return sendPieces(request, response, { kind: 'pieces', contentType, pieces: objectPieces(members) });
};
