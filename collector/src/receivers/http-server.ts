import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { errorAnswer } from './answers.js';
import { createCrossOrigin } from './cross-origin.js';
import { createHttpIngest, type HttpIngestOptions } from './http-ingest.js';
import { ingestRouteOf } from './ingest-routes.js';
import { sendAnswer } from './send-answer.js';

// Not by `import`: that reads all it exports, and with WebSocket Node loads all of undici (80 ms of CPU at the start).
const { createServer: createHttpServer } = process.getBuiltinModule('node:http');

export interface HttpReceiverOptions extends Omit<HttpIngestOptions, 'idleMillis'> {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly requestTimeoutMillis: number;
  /** For the headers, and between two pieces of a body. */
  readonly headerTimeoutMillis: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string | null } | null;
  /** Origins of web pages that may call; `*`: any. */
  readonly allowOrigins: readonly string[];
  /** Whatever is no ingest request: the reading API, health, metrics. */
  readonly otherwise: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface HttpReceiver {
  readonly port: number;
  /** Takes no more, waits for the requests under way, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

const IDLE_SWEEP_MILLIS = 20;
/** Longer than the idle time-out of the usual balancers, so that they, not we, end a connection. */
const KEEP_ALIVE_MILLIS = 65_000;

const makeServer = (tls: HttpReceiverOptions['tls'], options: object): Server =>
  tls === null
    ? createHttpServer(options)
    : createHttpsServer({
        ...options,
        cert: tls.cert,
        key: tls.key,
        ...(tls.ca === null ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true }),
      });

const createHandler = (options: HttpReceiverOptions) => {
  const take = createHttpIngest({ ...options, idleMillis: options.headerTimeoutMillis });
  const answeredPreflight = createCrossOrigin(options.allowOrigins);
  const date = (): Date => new Date(options.now());

  return (request: IncomingMessage, response: ServerResponse, start?: () => void): void => {
    if (answeredPreflight(request, response)) return;
    const route = ingestRouteOf(request.url ?? '');
    const method = request.method ?? '';
    if (route === null || (method !== 'POST' && route.methods.split(', ').includes(method))) {
      start?.();
      options.otherwise(request, response);
    } else if (method !== 'POST')
      sendAnswer(request, response, {
        ...errorAnswer({ code: 'METHOD_NOT_ALLOWED', message: `${method} is not allowed here` }, date()),
        headers: { allow: route.methods },
      });
    else void take(request, response, route, start);
  };
};

/** Waits for what is under way; connections kept alive are closed as they fall idle. */
const closeServer = (server: Server, withinMillis: number): Promise<void> =>
  new Promise((resolve) => {
    const sweep = setInterval(() => {
      server.closeIdleConnections();
    }, IDLE_SWEEP_MILLIS);
    const timer = setTimeout(() => {
      server.closeAllConnections();
    }, withinMillis);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(timer);
      resolve();
    });
  });

/** One port for OTLP, the native API and all that `otherwise` serves. */
export const startHttpReceiver = async (options: HttpReceiverOptions): Promise<HttpReceiver> => {
  const server = makeServer(options.tls, {
    requestTimeout: options.requestTimeoutMillis,
    headersTimeout: options.headerTimeoutMillis,
    connectionsCheckingInterval: Math.min(1_000, options.headerTimeoutMillis),
    keepAliveTimeout: KEEP_ALIVE_MILLIS,
  });
  const handle = createHandler(options);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response);
  });
  // A sender that asks first is told of a refusal before it has sent the body.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response, () => {
      response.writeContinue();
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: (withinMillis) => closeServer(server, withinMillis),
  };
};
