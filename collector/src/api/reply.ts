import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Request, Response } from 'express';

import { chooseEncoding, encodeBody, encodingStream } from './compress.js';

/** What a route answers with. */
export type Reply =
  | { readonly kind: 'json'; readonly value: object }
  | { readonly kind: 'lines'; readonly lines: AsyncGenerator<string> }
  | { readonly kind: 'text'; readonly contentType: string; readonly text: string };

const sendWhole = async (request: Request, response: Response, contentType: string, text: string): Promise<Sent> => {
  const { body, encoding } = await encodeBody(Buffer.from(text), request.headers['accept-encoding']);
  response.vary('accept-encoding');
  if (encoding !== null) response.setHeader('content-encoding', encoding);
  response.setHeader('content-type', contentType);
  response.setHeader('content-length', body.length);
  response.end(body);
  return 'OK';
};

/** Who left before the end is no fault, and nobody is left to be told. */
export type Sent = 'OK' | 'GONE';

const beginningWith = async function* (first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
};

/** The first line is awaited before anything is sent, so that a query that fails is told as an error. */
const sendLines = async (request: Request, response: Response, lines: AsyncGenerator<string>): Promise<Sent> => {
  response.setHeader('content-type', 'application/x-ndjson');
  const first = await lines.next();
  if (first.done === true || request.method === 'HEAD') {
    await lines.return(undefined);
    response.end();
    return 'OK';
  }
  const encoding = chooseEncoding(request.headers['accept-encoding']);
  response.vary('accept-encoding');
  if (encoding !== null) response.setHeader('content-encoding', encoding);
  const stream = Readable.from(beginningWith(first.value, lines), { highWaterMark: 1 });
  try {
    await (encoding === null ? pipeline(stream, response) : pipeline(stream, encodingStream(encoding), response));
    return 'OK';
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ERR_STREAM_PREMATURE_CLOSE') return 'GONE';
    throw error;
  }
};

/**
 * JSON under `/api/v1` is what the published clients read, and what they read differs: so it has `success`, `data`, and
 * the members of `data` at the top too.
 */
const jsonOf = (value: object, isPublished: boolean): string => {
  const text = JSON.stringify(value);
  return isPublished ? `{"success":true,${text.slice(1, -1)},"data":${text}}` : text;
};

export const sendReply = (request: Request, response: Response, reply: Reply): Promise<Sent> => {
  switch (reply.kind) {
    case 'json':
      return sendWhole(
        request,
        response,
        'application/json; charset=utf-8',
        jsonOf(reply.value, request.path.startsWith('/api/')),
      );
    case 'lines':
      return sendLines(request, response, reply.lines);
    case 'text':
      return sendWhole(request, response, reply.contentType, reply.text);
  }
};
