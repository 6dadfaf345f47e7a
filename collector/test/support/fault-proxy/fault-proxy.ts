import { createServer as createPlain, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { splitBulk } from './bulk-items.js';
import type { Fault, FaultRule } from './fault.js';

export interface FaultProxyOptions {
  /** The node's URL, plain http. */
  readonly target: string;
  /** PEM: the proxy is spoken to over TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Cut off of every path; a request without it is answered 404. */
  readonly pathPrefix?: string;
  /** Requests whose `Authorization` is another are answered 401, as a node with security does. */
  readonly authorization?: string;
}

export interface FaultProxy {
  readonly url: string;
  /** Requests so far. */
  seen(): number;
  /** From now on every request is asked about; null: all pass. */
  use(rule: FaultRule | null): void;
  /** Cuts every connection and takes no new one. */
  down(): Promise<void>;
  /** Listens again, where it did. */
  up(): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const PRODUCT = { 'x-elastic-product': 'Elasticsearch' };
const JSON_TYPE = { 'content-type': 'application/json' };

const readAll = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const ask = (target: URL, incoming: IncomingMessage, path: string, body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { ...incoming.headers, host: target.host, 'content-length': String(body.length) };
    delete (headers as Record<string, unknown>)['transfer-encoding'];
    delete (headers as Record<string, unknown>)['accept-encoding'];
    const { hostname, port } = target;
    const outgoing = request({ hostname, port, path, method: incoming.method, headers, agent: false }, (answer) => {
      readAll(answer).then(
        (whole) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: whole }),
        reject,
      );
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });

const changed = (answer: Answer, change: (json: unknown) => unknown): Answer => {
  const body = Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString('utf8')))));
  return { ...answer, body };
};

const EMPTY_BULK: Answer = {
  status: 200,
  headers: { ...JSON_TYPE, ...PRODUCT },
  body: Buffer.from('{"took":0,"errors":false,"items":[]}'),
};

const send = (response: ServerResponse, { status, headers, body }: Answer, isHead: boolean): void => {
  const { 'transfer-encoding': _chunked, ...kept } = headers;
  response.writeHead(status, isHead ? kept : { ...kept, 'content-length': String(body.length) });
  response.end(isHead ? undefined : body);
};

const refuse = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  const bytes = Buffer.from(JSON.stringify(body));
  send(response, { status, headers: { ...JSON_TYPE, ...PRODUCT, ...headers }, body: bytes }, false);
};

type Passing = (body: Buffer) => Promise<Answer>;

const suffer = async (fault: Fault | null, body: Buffer, pass: Passing, response: ServerResponse, isHead: boolean) => {
  switch (fault?.kind) {
    case undefined:
      send(response, await pass(body), isHead);
      return;
    case 'cut-before-send':
      response.destroy();
      return;
    case 'held':
      await fault.until;
      send(response, await pass(body), isHead);
      return;
    case 'cut-after-send':
      await pass(body);
      response.destroy();
      return;
    case 'no-answer':
      await pass(body);
      return;
    case 'slow': {
      const answer = await pass(body);
      await delay(fault.millis);
      send(response, answer, isHead);
      return;
    }
    case 'status': {
      const asNode = { error: { type: 'made_by_the_proxy', reason: '' }, status: fault.status };
      refuse(response, fault.status, fault.body ?? asNode, fault.headers);
      return;
    }
    case 'half-answer': {
      const answer = await pass(body);
      const { 'transfer-encoding': _chunked, ...kept } = answer.headers;
      response.writeHead(answer.status, { ...kept, 'content-length': String(answer.body.length) });
      response.write(answer.body.subarray(0, answer.body.length / 2), () => response.destroy());
      return;
    }
    case 'rewrite':
      send(response, changed(await pass(body), fault.change), isHead);
      return;
    case 'items': {
      const split = splitBulk(body, fault);
      send(response, changed(split.body.length === 0 ? EMPTY_BULK : await pass(split.body), split.join), isHead);
    }
  }
};

/** A proxy between a store and its node that makes faults as it is told. Bodies must come uncompressed. */
export const startFaultProxy = async (options: FaultProxyOptions): Promise<FaultProxy> => {
  const { tls, pathPrefix = '', authorization } = options;
  const target = new URL(options.target);
  const sockets = new Set<Socket>();
  let rule: FaultRule | null = null;
  let seen = 0;

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const place = seen++;
    const body = await readAll(incoming);
    const { method = 'GET', url = '/', headers } = incoming;
    if (!url.startsWith(pathPrefix)) {
      refuse(response, 404, {});
      return;
    }
    if (authorization !== undefined && headers.authorization !== authorization) {
      refuse(response, 401, { error: { type: 'security_exception', reason: '' }, status: 401 });
      return;
    }
    const whole = url.slice(pathPrefix.length);
    const fault = rule?.({ method, path: whole.split('?')[0] ?? '', place }) ?? null;
    const pass = (passed: Buffer) => ask(target, incoming, whole === '' ? '/' : whole, passed);
    await suffer(fault, body, pass, response, method === 'HEAD');
  };
  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    handle(incoming, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createPlain(onRequest) : createSecure(tls, onRequest);
  server.keepAliveTimeout = 60_000;
  for (const event of ['connection', 'secureConnection'])
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const down = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });

  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}${pathPrefix}`,
    seen: () => seen,
    use: (next) => {
      rule = next;
    },
    down,
    up: () => listen(port),
    close: down,
  };
};
