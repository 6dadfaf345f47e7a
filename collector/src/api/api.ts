import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';

import express, { type NextFunction, type Request, type Response } from 'express';
import { toOtlp, traceKey } from 'noveum-proto';

import type { Access, Permission, Principal } from '../access/index.js';
import { CollectorError, type ErrorDetails, httpStatusOf, isErrorCode } from '../errors/index.js';
import { type ParameterProblem, parseTraceQuery } from '../query/index.js';
import type { TraceQuery, TraceReader } from '../store/index.js';
import { encodeBody } from './compress.js';
import { exportLines } from './export-lines.js';
import { type HealthReport, overallHealth } from './health.js';

export interface ApiOptions {
  readonly reader: TraceReader;
  readonly authorise: Access['check'];
  readonly health: () => HealthReport;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly version: string;
  readonly allowOrigins: readonly string[];
  readonly observe: (seen: { readonly route: string; readonly code: string; readonly seconds: number }) => void;
  /** A fault that is ours: told here, never to the client. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => Date;
}

type Handler = (request: Request, response: Response, principal: Principal) => Promise<void>;

const PREFIXES = ['/v1', '/api/v1'];

const problemError = (problems: readonly ParameterProblem[]): CollectorError => {
  const [first] = problems;
  const message = problems.map(({ parameter, rule, value }) => `${parameter} ${rule}, got "${value}"`).join('; ');
  return new CollectorError({
    code: 'VALIDATION_ERROR',
    message,
    field: first?.parameter ?? 'query',
    issue: first === undefined ? message : `${first.rule}, got "${first.value}"`,
  });
};

const notFound = (what: string): CollectorError =>
  new CollectorError({ code: 'NOT_FOUND', message: `${what} not found` });

const isPublished = (request: Request): boolean => request.path.startsWith('/api/');

/** A key's project is all that its holder can see; asking for another is told so. */
export const projectFor = (principal: Principal, asked: string | null): string | null => {
  if (principal.project === null) return asked;
  if (asked !== null && asked !== principal.project)
    throw new CollectorError({
      code: 'FORBIDDEN',
      message: 'the key belongs to another project',
      field: 'project',
      issue: "must be the key's own project",
    });
  return principal.project;
};

const callerOf = (request: Request) => ({
  headers: request.headers,
  remoteAddress: request.socket.remoteAddress,
});

const searchOf = (request: Request): URLSearchParams => new URL(request.originalUrl, 'http://localhost').searchParams;

/** The reading half of the API, health and metrics. */
export const createApi = (options: ApiOptions): express.Express => {
  const { reader, authorise, now } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);

  const send = async (request: Request, response: Response, value: unknown, status = 200): Promise<void> => {
    const { body, encoding } = await encodeBody(Buffer.from(JSON.stringify(value)), request.headers['accept-encoding']);
    response.setHeader('vary', 'accept-encoding');
    if (encoding !== null) response.setHeader('content-encoding', encoding);
    response.status(status).type('application/json').end(body);
  };

  const queryOf = (
    request: Request,
    principal: Principal,
  ): { query: TraceQuery; applied: Readonly<Record<string, unknown>> } => {
    const outcome = parseTraceQuery(searchOf(request));
    if (outcome.status === 'refused') throw problemError(outcome.problems);
    const project = projectFor(principal, outcome.query.filter.project);
    return {
      query: { ...outcome.query, filter: { ...outcome.query.filter, project } },
      applied: outcome.applied,
    };
  };

  const listTraces: Handler = async (request, response, principal) => {
    const { query, applied } = queryOf(request, principal);
    const page = await reader.find(query);
    const answer = {
      traces: page.traces,
      pagination: {
        total: page.total,
        total_relation: page.totalRelation,
        limit: query.limit,
        offset: query.offset,
        has_more: page.nextCursor !== null,
        next_cursor: page.nextCursor,
      },
      filters_applied: applied,
    };
    await send(request, response, isPublished(request) ? { success: true, ...answer, data: answer } : answer);
  };

  const documentOf = async (request: Request, principal: Principal) => {
    const asked = searchOf(request).get('project');
    const id = String(request.params.id);
    const document = await reader.get(projectFor(principal, asked), traceKey(id));
    if (document === null) throw notFound('trace');
    return document;
  };

  const getTrace: Handler = async (request, response, principal) => {
    const format = searchOf(request).get('format');
    if (format !== null && format !== 'otlp')
      throw problemError([{ parameter: 'format', rule: 'must be otlp', value: format }]);
    const document = await documentOf(request, principal);
    if (format === 'otlp') await send(request, response, toOtlp(document));
    else if (isPublished(request))
      await send(request, response, { success: true, data: { trace: document }, trace: document });
    else await send(request, response, { trace: document });
  };

  const getSpans: Handler = async (request, response, principal) => {
    const { spans, trace_id: traceId } = await documentOf(request, principal);
    const answer = { trace_id: traceId, spans };
    await send(request, response, isPublished(request) ? { success: true, ...answer, data: answer } : answer);
  };

  const exportTraces: Handler = async (request, response, principal) => {
    const { query } = queryOf(request, principal);
    const abort = new AbortController();
    response.on('close', () => {
      abort.abort();
    });
    response.type('application/x-ndjson');
    await pipeline(Readable.from(exportLines(reader, query, abort.signal)), response);
  };

  const status: Handler = async (request, response, principal) => {
    const project = projectFor(principal, searchOf(request).get('project'));
    const usage = await reader.usage(project);
    const today = now().toISOString().slice(0, 10);
    const ofToday = usage.filter(({ day }) => day === today);
    await send(request, response, {
      status: overallHealth(options.health()) === 'healthy' ? 'operational' : 'degraded',
      timestamp: now().toISOString(),
      project_id: project,
      usage: {
        traces_today: ofToday.reduce((sum, day) => sum + day.traces, 0),
        spans_today: ofToday.reduce((sum, day) => sum + day.spans, 0),
        storage_used_mb: Math.round(usage.reduce((sum, day) => sum + day.bytes, 0) / 1e4) / 100,
        rate_limit_remaining: null,
      },
      quotas: { traces_per_day: null, storage_limit_gb: null, rate_limit_per_minute: null },
      usage_by_day: usage,
    });
  };

  const metrics: Handler = async (_request, response) => {
    const { contentType, text } = await options.metrics();
    response.setHeader('content-type', contentType);
    response.end(text);
  };

  const guarded =
    (route: string, need: Permission, handler: Handler) =>
    async (request: Request, response: Response): Promise<void> => {
      const started = performance.now();
      response.on('finish', () => {
        const code = response.statusCode < 400 ? 'OK' : String(response.statusCode);
        options.observe({ route, code, seconds: (performance.now() - started) / 1000 });
      });
      const access = await authorise(callerOf(request), need);
      if (access.status === 'denied') throw new CollectorError(access);
      await handler(request, response, access.principal);
    };

  const health =
    (word: 'healthy' | 'ok') =>
    async (request: Request, response: Response): Promise<void> => {
      const report = options.health();
      const overall = overallHealth(report);
      const access = await authorise(callerOf(request), 'admin');
      const parts =
        access.status === 'denied'
          ? {}
          : {
              services: Object.fromEntries(Object.entries(report).map(([name, part]) => [name, part.status])),
              parts: report,
            };
      await send(request, response, {
        status: overall === 'healthy' ? word : overall,
        timestamp: now().toISOString(),
        version: options.version,
        ...parts,
      });
    };

  app.use((request: Request, response: Response, next: NextFunction) => {
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    const { origin } = request.headers;
    if (origin !== undefined && (options.allowOrigins.includes(origin) || options.allowOrigins.includes('*'))) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-headers', 'authorization, x-api-key, content-type');
      response.setHeader('vary', 'origin');
      if (request.method === 'OPTIONS') {
        response.status(204).end();
        return;
      }
    }
    next();
  });

  app.get(['/health', '/api/health'], health('healthy'));
  app.get(['/v1/health', '/api/v1/health'], health('ok'));
  app.get('/metrics', guarded('/metrics', 'read', metrics));
  for (const prefix of PREFIXES) {
    app.get(`${prefix}/status`, guarded('/v1/status', 'read', status));
    app.get(`${prefix}/traces`, guarded('/v1/traces', 'read', listTraces));
    app.get(`${prefix}/traces/export`, guarded('/v1/traces/export', 'read', exportTraces));
    app.get(`${prefix}/traces/:id`, guarded('/v1/traces/{id}', 'read', getTrace));
    app.get(`${prefix}/traces/:id/spans`, guarded('/v1/traces/{id}/spans', 'read', getSpans));
  }

  const READ_ONLY = /^(?:\/api)?(?:\/v1)?\/(?:health|status|metrics|traces)(?:\/|$)/;
  app.use((request: Request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD' && READ_ONLY.test(request.path))
      throw new CollectorError({ code: 'METHOD_NOT_ALLOWED', message: `${request.method} is not allowed here` });
    throw notFound('route');
  });

  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const details = detailsOf(error);
    if (details === null) options.onFault(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const told: ErrorDetails = details ?? {
      code: 'STORE_UNAVAILABLE',
      message: 'the request could not be answered; try again',
      retryAfterSeconds: 1,
    };
    if (told.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(told.retryAfterSeconds));
    if (told.code === 'UNAUTHORIZED') response.setHeader('www-authenticate', 'Bearer');
    if (told.code === 'METHOD_NOT_ALLOWED') response.setHeader('allow', 'GET, HEAD');
    response.status(httpStatusOf[told.code]).json({
      success: false,
      error: {
        code: told.code,
        message: told.message,
        ...(told.field === undefined ? {} : { details: { field: told.field, issue: told.issue ?? told.message } }),
      },
      message: told.message,
      timestamp: now().toISOString(),
    });
  });
  return app;
};

/** Errors of other threads carry name and message only. */
const detailsOf = (error: unknown): ErrorDetails | null => {
  if (error instanceof CollectorError) return detailsOfOurs(error);
  if (!(error instanceof Error)) return null;
  if (error.name === 'UnusableCursor')
    return { code: 'VALIDATION_ERROR', message: error.message, field: 'cursor', issue: error.message };
  const { status } = error as { status?: unknown };
  if (status === 400 && error.name === 'URIError')
    return { code: 'VALIDATION_ERROR', message: 'the path must be percent-encoded UTF-8' };
  return null;
};

const detailsOfOurs = (error: CollectorError): ErrorDetails | null =>
  isErrorCode(error.code)
    ? {
        code: error.code,
        message: error.message,
        ...(error.field === undefined ? {} : { field: error.field }),
        ...(error.issue === undefined ? {} : { issue: error.issue }),
        ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
      }
    : null;
