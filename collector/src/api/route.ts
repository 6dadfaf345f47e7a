import type { Request, Response } from 'express';

import type { Access, Permission, Principal } from '../access/index.js';
import { CollectorError } from '../errors/index.js';
import type { JsonText } from '../query/index.js';
import type { AnswerMemory } from './answer-memory.js';
import { errorDetailsOf, faultKindOf, OUR_FAULT, sendError } from './answer-error.js';
import { type Reply, sendReply, type Sent } from './reply.js';

export interface RouteContext {
  readonly principal: Principal;
  /** The id in the path, where the route has one. */
  readonly id: string;
  /** The id of a span in the path, where the route has one. */
  readonly spanId: string;
  readonly search: URLSearchParams;
  /** The `Accept` header. */
  readonly accept: string | undefined;
  /** The header of that name, which a client of events sends when it comes back. */
  readonly lastEventId: string | null;
  /** Asks again, for answers that last. */
  readonly stillAllowed: () => Promise<boolean>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
  /** Counts a text as held, until the function that it returns is called or the answer is over; see AnswerMemory. */
  readonly hold: (text: JsonText, answer: 'new' | 'begun') => () => void;
}

export interface Route {
  /** The pattern, for the metrics. */
  readonly name: string;
  readonly need: Permission;
  /** Throws a CollectorError where the request can't be answered as it stands. */
  readonly answer: (context: RouteContext) => Promise<Reply>;
}

export interface AnswerSeen {
  readonly route: string;
  readonly code: string;
  readonly seconds: number;
  /** Kind of the fault, of the store's or of ours, that kept it back; null: none did. */
  readonly fault: string | null;
}

export interface RouteOptions {
  readonly authorise: Access['check'];
  /** Told of every answer; `code`: `OK`, the error's, or `GONE` where the client left before the end. */
  readonly observe: (seen: AnswerSeen) => void;
  /** A fault that is ours: told here, never to the client. */
  readonly onFault: (error: unknown) => void;
  /** Bytes of traces that wait for their clients, of all routes. */
  readonly memory: AnswerMemory;
  readonly now: () => Date;
}

export type RequestHandler = (request: Request, response: Response) => Promise<void>;

export const callerOf = (request: Request) => ({
  headers: request.headers,
  remoteAddress: request.socket.remoteAddress,
});

const searchOf = ({ originalUrl }: Request): URLSearchParams => {
  const start = originalUrl.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : originalUrl.slice(start));
};

/** Joins a route with what every route has: access, errors, counting. */
export const createRoutes = ({ authorise, observe, onFault, memory, now }: RouteOptions) => {
  const fail = (response: Response, error: unknown): string => {
    const details = errorDetailsOf(error);
    if (details === null) onFault(error);
    const told = details ?? OUR_FAULT;
    if (response.headersSent) response.destroy();
    else sendError(response, told, now());
    return told.code;
  };

  const handle = async ({ need, answer }: Route, request: Request, response: Response): Promise<Sent> => {
    const access = await authorise(callerOf(request), need);
    if (access.status === 'denied') throw new CollectorError(access);
    const gone = new AbortController();
    const held: (() => void)[] = [];
    response.once('close', () => {
      gone.abort();
      for (const release of held) release();
    });
    const { id, spanId } = request.params;
    const context = {
      principal: access.principal,
      id: typeof id === 'string' ? id : '',
      spanId: typeof spanId === 'string' ? spanId : '',
      search: searchOf(request),
      accept: request.headers.accept,
      lastEventId: request.get('last-event-id') ?? null,
      stillAllowed: async () => (await authorise(callerOf(request), need)).status === 'allowed',
      signal: gone.signal,
      hold: (text: JsonText, stage: 'new' | 'begun') => {
        const release = memory.hold(
          text.reduce((sum, piece) => sum + piece.length, 0),
          stage,
        );
        held.push(release);
        return release;
      },
    };
    return sendReply(request, response, await answer(context));
  };

  const handlerOf =
    (route: Route): RequestHandler =>
    async (request, response) => {
      const started = performance.now();
      let code: string;
      let fault: string | null = null;
      try {
        code = await handle(route, request, response);
      } catch (error) {
        code = fail(response, error);
        fault = faultKindOf(error);
      }
      observe({ route: route.name, code, seconds: (performance.now() - started) / 1000, fault });
    };
  return { handlerOf, fail };
};
