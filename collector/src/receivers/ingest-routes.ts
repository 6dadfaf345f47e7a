import type { Signal } from '../decode/index.js';

export type IngestRoute = { readonly signal: Signal | 'metrics' };

const ROUTES: Readonly<Record<string, IngestRoute>> = {
  '/v1/traces': { signal: 'traces' },
  '/v1/trace': { signal: 'trace' },
  '/v1/traces/single': { signal: 'trace' },
  '/v1/logs': { signal: 'logs' },
  '/v1/metrics': { signal: 'metrics' },
  '/public/otel/v1/traces': { signal: 'traces' },
  '/public/otel/v1/logs': { signal: 'logs' },
  '/public/otel/v1/metrics': { signal: 'metrics' },
};

/** `/api` stands before the routes that published clients call; Langfuse's exporter posts to `/api/public/otel/…`. */
export const ingestRouteOf = (url: string): IngestRoute | null => {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  const plain = path.startsWith('/api/') ? path.slice(4) : path;
  const route = ROUTES[plain.endsWith('/') ? plain.slice(0, -1) : plain];
  return route !== undefined && (plain === path) === plain.startsWith('/public/') ? null : (route ?? null);
};
