import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a server does with a request whose body it has read. */
export type Answering = (response: ServerResponse, received: Received, socket: Socket) => void;

export interface AnsweringServer {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** A real server on a free port of the loopback; the n-th request gets the n-th answer, all after the last the last. */
export const startAnsweringServer = async (
  ...answers: readonly [Answering, ...Answering[]]
): Promise<AnsweringServer> => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const answer = answers[Math.min(received.length, answers.length - 1)] ?? answers[0];
      const each = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      received.push(each);
      answer(response, each, request.socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/v1/traces`,
    port,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};

export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}, body: string | Uint8Array = ''): Answering =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

/** Takes the request and cuts the connection before an answer. */
export const resetting: Answering = (_response, _received, socket) => {
  socket.resetAndDestroy();
};

export const silent: Answering = () => undefined;
