import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { createHttpIngest, type HttpIngestOptions, sendError } from './http-ingest.js';
import { ingestRouteOf } from './ingest-routes.js';

export interface HttpReceiverOptions extends HttpIngestOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly requestTimeoutMillis: number;
  readonly headerTimeoutMillis: number;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string | null } | null;
  /** Whatever is no ingest request: the reading API, health, metrics. */
  readonly otherwise: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface HttpReceiver {
  readonly port: number;
  /** Takes no more, waits for the requests under way, at most `withinMillis`. */
  close(withinMillis: number): Promise<void>;
}

const makeServer = (tls: HttpReceiverOptions['tls'], options: object): Server =>
  tls === null
    ? createHttpServer(options)
    : createHttpsServer({
        ...options,
        cert: tls.cert,
        key: tls.key,
        ...(tls.ca === null ? {} : { ca: tls.ca, requestCert: true, rejectUnauthorized: true }),
      });

/** One port for OTLP, the native API and all that `otherwise` serves. */
export const startHttpReceiver = async (options: HttpReceiverOptions): Promise<HttpReceiver> => {
  const take = createHttpIngest(options);
  const server = makeServer(options.tls, {
    requestTimeout: options.requestTimeoutMillis,
    headersTimeout: options.headerTimeoutMillis,
    keepAliveTimeout: 65_000,
  });

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const route = request.method === 'POST' ? ingestRouteOf(request.url ?? '') : null;
    if (route === null) {
      options.otherwise(request, response);
      return;
    }
    take(request, response, route).catch(() => {
      if (response.headersSent) response.destroy();
      else
        sendError(
          response,
          503,
          { code: 'STORE_UNAVAILABLE', message: 'the request could not be worked on; try again' },
          new Date(options.now()),
        );
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    close: (withinMillis) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          server.closeAllConnections();
        }, withinMillis);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};
