import type * as HttpModule from 'node:http';
import type * as HttpsModule from 'node:https';

import { type HttpAnswer, type HttpRequest, type HttpTransport, MAX_ANSWER_BYTES } from '../http/index.js';
import { connectionOptions, type TlsOptions } from './tls.js';

export interface NodeTransportOptions {
  /** `https:` needs another agent than `http:`. */
  readonly url: string;
  readonly tls?: TlsOptions | undefined;
}

/** Requests at a time; more of them wait. */
const MAX_SOCKETS = 4;

// Not by `import`, which would load undici, too.
const moduleFor = (url: string): typeof HttpModule | typeof HttpsModule =>
  url.startsWith('https:') ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');

interface SendError extends Error {
  code?: string;
  isStale?: boolean;
}

/** Over Node's own HTTP, on connections that are kept alive but keep no process alive. Works in a worker thread, too. */
export const createNodeTransport = ({ url, tls }: NodeTransportOptions): HttpTransport => {
  const http = moduleFor(url);
  const agent = new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, ...connectionOptions(tls) });

  const attempt = (sent: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> =>
    new Promise((resolve, reject) => {
      const { maxAnswerBytes = MAX_ANSWER_BYTES } = sent;
      const request = http.request(sent.url, {
        method: sent.method ?? 'POST',
        agent,
        signal,
        headers: { ...sent.headers, 'content-length': sent.body.length },
      });
      request.on('error', (error: SendError) => {
        // The server closed the idle connection while the request was on its way.
        error.isStale = request.reusedSocket && error.code === 'ECONNRESET';
        reject(error);
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const finish = (): void => {
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: response.headers['retry-after'] ?? null,
            body: Buffer.concat(chunks).subarray(0, maxAnswerBytes),
          });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes < maxAnswerBytes) return;
          finish();
          request.destroy();
        });
        response.on('end', finish);
        response.on('error', reject);
      });
      request.end(sent.body);
    });

  return {
    post: (request, signal) =>
      attempt(request, signal).catch((error: unknown) => {
        if ((error as SendError).isStale !== true || signal.aborted) throw error;
        return attempt(request, signal);
      }),
    close() {
      agent.destroy();
      return Promise.resolve();
    },
  };
};
