import type { Signal } from '../decode/index.js';

export interface IngestRoute {
  /** The shortest address of it, without the prefix of the published clients. */
  readonly pattern: string;
  readonly signal: Signal | 'metrics';
  /** Langfuse's exporter: OTLP and nothing else. */
  readonly isLangfuse: boolean;
  /** Joined by commas, as `Allow` has them. */
  readonly methods: string;
}

const POST = { isLangfuse: false, methods: 'POST' } as const;
const LANGFUSE = { isLangfuse: true, methods: 'POST' } as const;

const ROUTES: Readonly<Record<string, Omit<IngestRoute, 'pattern'>>> = {
  '/v1/traces': { ...POST, signal: 'traces', methods: 'DELETE, GET, HEAD, POST' },
  '/v1/trace': { ...POST, signal: 'trace' },
  '/v1/traces/single': { ...POST, signal: 'trace' },
  '/v1/logs': { ...POST, signal: 'logs' },
  '/v1/metrics': { ...POST, signal: 'metrics' },
  '/public/otel/v1/traces': { ...LANGFUSE, signal: 'traces' },
  '/public/otel/v1/logs': { ...LANGFUSE, signal: 'logs' },
  '/public/otel/v1/metrics': { ...LANGFUSE, signal: 'metrics' },
};

/** `/api` stands before the routes that published clients call; Langfuse's exporter posts to `/api/public/otel/…`. */
export const ingestRouteOf = (url: string): IngestRoute | null => {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  const plain = path.startsWith('/api/') ? path.slice(4) : path;
  const name = plain.endsWith('/') ? plain.slice(0, -1) : plain;
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (route === undefined || (route.isLangfuse && plain === path)) return null;
  return { ...route, pattern: route.isLangfuse ? `/api${name}` : name };
};
