import express, { type NextFunction, type Request, type Response } from 'express';

import { CollectorError } from '../errors/index.js';
import type { AnalyticsAnswers, TraceAnswers } from '../query/index.js';
import type { TraceStream } from '../stream/index.js';
import { createAnswerMemory } from './answer-memory.js';
import { createErasureRoutes, type Erasures } from './erasure-routes.js';
import type { Senders } from '../senders/index.js';
import { createSenderRoutes } from './sender-routes.js';
import { createSessionRoutes } from './session-routes.js';
import { createFacetRoutes } from './facet-routes.js';
import { createGraphRoute } from './graph-route.js';
import type { HealthReport } from './health.js';
import { createHealthRoute } from './health-route.js';
import { createAnalyticsRoutes } from './analytics-routes.js';
import { createOpenApiRoute } from './openapi-route.js';
import { createRoutes, type Route, type RouteOptions } from './route.js';
import { type About, createStatusRoute } from './status-route.js';
import { createStreamRoute } from './stream-route.js';
import { createTraceRoutes } from './trace-routes.js';

export interface ApiOptions extends Omit<RouteOptions, 'memory'> {
  readonly answers: TraceAnswers;
  readonly analytics: AnalyticsAnswers;
  readonly stream: Pick<TraceStream, 'open'>;
  /** Traces that wait for their clients, in all; beyond it no new answer begins. Default 128 MiB. */
  readonly heldBytes?: number;
  readonly erasures: Erasures;
  readonly senders: Pick<Senders, 'list' | 'forgotten'>;
  readonly health: () => HealthReport;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly version: string;
  readonly about: About;
}

const HELD_BYTES = 128 * 1024 * 1024;
const PREFIXES = ['/v1', '/api/v1'];
const READ_ONLY =
  /^(?:\/api)?(?:\/v1)?\/(?:health|openapi\.json|status|stream|metrics|analytics|agent-graph|traces|erasures|facets|senders|sessions|users)(?:\/|$)/;

const ERASABLE = /^(?:\/api)?\/v1\/traces(?:\/[^/]+)?\/?$/;

/** All of the API but what takes traces, health and metrics: the document's shapes under `/v1`, the clients' under `/api/v1`. */
export const createApi = (options: ApiOptions): express.Express => {
  const { analytics, answers, stream, metrics, now, heldBytes = HELD_BYTES } = options;
  const { handlerOf, fail } = createRoutes({ ...options, memory: createAnswerMemory(heldBytes) });
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);

  app.use((_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    next();
  });

  const healthHandler = createHealthRoute(options);
  app.get(['/health', '/api/health'], healthHandler('healthy'));
  app.get(['/v1/health', '/api/v1/health'], healthHandler('ok'));

  app.get(['/openapi.json', '/v1/openapi.json', '/api/v1/openapi.json'], createOpenApiRoute(options.version));

  const metricsRoute: Route = {
    name: '/metrics',
    need: 'read',
    answer: async () => {
      const { contentType, text } = await metrics();
      return { kind: 'pieces', contentType, pieces: [Buffer.from(text)] };
    },
  };
  app.get('/metrics', handlerOf(metricsRoute));

  const { erasing, reading } = createErasureRoutes(answers, options.erasures);
  const routes = {
    '/status': createStatusRoute(options),
    '/stream': createStreamRoute(stream),
    '/agent-graph': createGraphRoute(answers),
    ...createTraceRoutes(answers, now),
    ...createFacetRoutes(answers),
    ...createSessionRoutes(answers),
    ...createSenderRoutes(options.senders),
    ...reading,
    ...createAnalyticsRoutes(analytics, now),
  };
  for (const prefix of PREFIXES) {
    for (const [path, route] of Object.entries(routes)) app.get(prefix + path, handlerOf(route));
    for (const [path, route] of Object.entries(erasing)) app.delete(prefix + path, handlerOf(route));
  }

  app.use((request: Request, response: Response) => {
    if (ERASABLE.test(request.path)) response.setHeader('allow', 'DELETE, GET, HEAD');
    if (request.method !== 'GET' && request.method !== 'HEAD' && READ_ONLY.test(request.path))
      throw new CollectorError({ code: 'METHOD_NOT_ALLOWED', message: `${request.method} is not allowed here` });
    throw new CollectorError({ code: 'NOT_FOUND', message: 'route not found' });
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    fail(response, error);
  });
  return app;
};
