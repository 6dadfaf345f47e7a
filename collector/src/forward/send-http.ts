import * as https from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { ForwardEndpoint } from '../config/index.js';
import { rejectedItemsOf } from './otlp-answer.js';
import type { OutgoingRequest, Sender, SendOutcome } from './send.js';
import { tlsOptions } from './tls-options.js';

// Not by `import`, which would load undici, too.
const http = process.getBuiltinModule('node:http');
const pack = promisify(gzip);

const RETRYABLE = [408, 429, 502, 503, 504];
/** They speak of the address, the key or the kind of request, not of what is in it. */
const MISCONFIGURED = [401, 403, 404, 405, 407, 415, 501];
const MAX_ANSWER_BYTES = 64 * 1024;

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** Seconds, or a date. */
const retryAfterMillis = (value: string | undefined, nowMillis: number): number | null => {
  if (value === undefined) return null;
  const millis = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMillis;
  return Number.isFinite(millis) ? Math.max(0, millis) : null;
};

const outcomeOf = ({ status, retryAfter, body }: Answer, nowMillis: number): SendOutcome => {
  const code = `HTTP_${String(status)}`;
  if (status >= 200 && status < 300) return { status: 'delivered', rejectedItems: rejectedItemsOf(body) };
  if (RETRYABLE.includes(status))
    return { status: 'retry', code, afterMillis: retryAfterMillis(retryAfter, nowMillis) };
  if (status < 400 || MISCONFIGURED.includes(status)) return { status: 'misconfigured', code };
  return { status: 'refused', code };
};

/** Sends by OTLP/HTTP, one connection kept alive. */
export const createHttpSender = (endpoint: ForwardEndpoint, now: () => number): Sender => {
  const { headers, timeoutMillis, compression } = endpoint;
  const base = endpoint.url.replace(/\/+$/, '');
  const scheme = base.startsWith('https:') ? https : http;
  const agent = new scheme.Agent({ keepAlive: true, maxSockets: 1, ...tlsOptions(endpoint) });

  const post = (url: string, bodies: readonly Uint8Array[], via: string, signal: AbortSignal): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = scheme.request(url, {
        method: 'POST',
        agent,
        signal,
        headers: {
          'user-agent': 'noveum-collector',
          ...headers,
          'content-type': 'application/x-protobuf',
          'content-length': bodies.reduce((sum, { length }) => sum + length, 0),
          ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
          'noveum-via': via,
        },
      });
      request.on('error', (error: Error & { code?: string; isStale?: boolean }) => {
        // The endpoint closed the idle connection while the request was on its way.
        error.isStale = request.reusedSocket && error.code === 'ECONNRESET';
        reject(error);
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () => {
          const retryAfter = response.headers['retry-after'];
          resolve({ status: response.statusCode ?? 0, retryAfter, body: Buffer.concat(chunks) });
        });
      });
      for (const body of bodies) request.write(body);
      request.end();
    });

  const attempt = async (request: OutgoingRequest, abort: AbortSignal): Promise<SendOutcome> => {
    const bodies = compression === 'gzip' ? [await pack(Buffer.concat(request.bodies))] : request.bodies;
    const url = `${base}/v1/${request.signal}`;
    const timeout = AbortSignal.timeout(timeoutMillis);
    const signal = AbortSignal.any([abort, timeout]);
    try {
      const answer = await post(url, bodies, request.via, signal).catch((error: unknown) => {
        if ((error as { isStale?: boolean }).isStale !== true) throw error;
        return post(url, bodies, request.via, signal);
      });
      return outcomeOf(answer, now());
    } catch (error) {
      const code = timeout.aborted ? 'TIMEOUT' : ((error as { code?: string }).code ?? 'NETWORK');
      return { status: 'retry', code, afterMillis: null };
    }
  };

  return {
    send: attempt,
    close: () => {
      agent.destroy();
    },
  };
};
