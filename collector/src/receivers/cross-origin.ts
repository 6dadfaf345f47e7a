import type { IncomingMessage, ServerResponse } from 'node:http';

const PREFLIGHT_SECONDS = '600';

/**
 * Lets the web pages of the origins that are named call, and nobody else's (Fetch §3.2). True: it was a preflight and
 * is answered. Whether a page's request may pass at all without a key is access's to say.
 */
export const createCrossOrigin = (allowOrigins: readonly string[]) => {
  const isAllowed = (origin: string): boolean => allowOrigins.includes(origin) || allowOrigins.includes('*');
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (allowOrigins.length === 0) return false;
    response.setHeader('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !isAllowed(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'retry-after');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
    response.setHeader('access-control-allow-methods', 'DELETE, GET, HEAD, POST');
    response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '');
    response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
    response.writeHead(204).end();
    return true;
  };
};
