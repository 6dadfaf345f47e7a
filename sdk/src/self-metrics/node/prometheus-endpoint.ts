import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PrometheusEndpointOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What a scrape gets, in Prometheus's text format. */
  readonly text: () => string;
  /** Where it can be scraped. */
  readonly onListening: (url: string) => void;
  /** It could not be begun, e.g. as the port is taken. Told once; there is no endpoint then. */
  readonly onError: (error: unknown) => void;
}

const PATH = '/metrics';
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
/** One scraper, and some that went away. */
const MAX_CONNECTIONS = 16;
const REQUEST_TIMEOUT_MILLIS = 5_000;

const urlOf = ({ address, family, port }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}${PATH}`;

const answer = (request: IncomingMessage, response: ServerResponse, text: () => string): void => {
  request.resume();
  const [path] = (request.url ?? '').split('?');
  if (path !== PATH) response.writeHead(404).end();
  else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
  else response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(request.method === 'HEAD' ? undefined : text());
};

/** `GET /metrics` for a scraper. Keeps no process alive and never throws; what it returns ends it, and is idempotent. */
export const startPrometheusEndpoint = ({
  host,
  port,
  text,
  onListening,
  onError,
}: PrometheusEndpointOptions): { close(): void } => {
  let server: Server | undefined;
  let isClosed = false;

  const begin = async (): Promise<void> => {
    // Loaded by those alone who want it.
    const { createServer } = await import('node:http');
    if (isClosed) return;
    const made = createServer({ requestTimeout: REQUEST_TIMEOUT_MILLIS }, (request, response) => {
      try {
        answer(request, response, text);
      } catch (error) {
        response.destroy();
        onError(error);
      }
    });
    server = made;
    made.maxConnections = MAX_CONNECTIONS;
    made.on('connection', (socket) => socket.unref());
    made.on('error', onError);
    made.listen(port, host, () => {
      onListening(urlOf(made.address() as AddressInfo));
    });
    made.unref();
  };
  begin().catch(onError);

  return {
    close() {
      isClosed = true;
      server?.close();
      server?.closeAllConnections();
    },
  };
};
