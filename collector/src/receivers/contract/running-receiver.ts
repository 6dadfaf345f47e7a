import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

import type { AccessOutcome } from '../../access/index.js';
import { createDecoder } from '../../decode/index.js';
import {
  createBodyMemory,
  createInFlight,
  type HttpReceiver,
  type HttpReceiverOptions,
  type IngestObserver,
  type IngestOutcome,
  type IngestPort,
  type IngestRequest,
  startHttpReceiver,
} from '../index.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  json(): Record<string, unknown>;
}

export type Seen = Parameters<IngestObserver>[0];

export interface RunningReceiver {
  readonly port: number;
  readonly inFlight: ReturnType<typeof createInFlight>;
  readonly received: readonly IngestRequest[];
  readonly observed: readonly Seen[];
  send(path: string, sent?: Sent): Promise<Reply>;
  /** A connection on which a test writes HTTP by hand. */
  dial(): Promise<Socket>;
  close(withinMillis?: number): Promise<void>;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export const NOW = Date.parse('2026-11-21T08:00:00.000Z');
export const ALLOWED: AccessOutcome = {
  status: 'allowed',
  principal: { project: 'shop', environment: 'prod', role: 'ingest', keyId: 'nv_prod_abc' },
};

const LIMITS = {
  bodyBytes: 16 * 1024 * 1024,
  /** So low that nothing is decoded in a worker. */
  unpackedBytes: 1024 * 1024,
  attributesPerSpan: 1000,
  attributeValueBytes: 1024 * 1024,
  nesting: 64,
  spanNameBytes: 4096,
};

/** Decodes as the collector does and keeps nothing. */
export const decodingIngest = (): IngestPort => {
  const decoder = createDecoder({ limits: LIMITS, newTraceId: randomUUID, nowMillis: () => NOW });
  return async (request): Promise<IngestOutcome> => {
    const decoded = await decoder.decode(request);
    if (decoded.status === 'decoded') return { status: 'accepted', decoded };
    const { code, problem } = decoded;
    return {
      status: 'refused',
      kind: problem.kind,
      error: { code, message: problem.issue, field: problem.field, issue: problem.issue },
    };
  };
};

export const send = (port: number, path: string, { method = 'POST', headers = {}, body = '' }: Sent): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes,
          json: () => JSON.parse(bytes.toString()) as Record<string, unknown>,
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });

/** A receiver that listens on a free port of this machine, its access open and its ingest decoding. */
export const startReceiver = async (
  changed: Partial<Omit<HttpReceiverOptions, 'inFlight' | 'memory'>> & { readonly inFlightBytes?: number } = {},
): Promise<RunningReceiver> => {
  const received: IngestRequest[] = [];
  const observed: Seen[] = [];
  const { inFlightBytes = 128 * 1024 * 1024, ...options } = changed;
  const inFlight = createInFlight(inFlightBytes);
  const ingest = options.ingest ?? decodingIngest();
  const receiver: HttpReceiver = await startHttpReceiver({
    host: '127.0.0.1',
    port: 0,
    authorise: () => Promise.resolve(ALLOWED),
    bodyBytes: LIMITS.bodyBytes,
    unpackedBytes: LIMITS.unpackedBytes,
    requestTimeoutMillis: 30_000,
    headerTimeoutMillis: 10_000,
    tls: null,
    allowOrigins: [],
    now: () => NOW,
    observe: (seen) => observed.push(seen),
    otherwise: (request, response) => {
      response.writeHead(404).end();
    },
    ...options,
    memory: createBodyMemory(),
    inFlight,
    ingest: (request) => {
      received.push({ ...request, bytes: Buffer.from(request.bytes) });
      return ingest(request);
    },
  });
  const { port } = receiver;
  return {
    port,
    inFlight,
    received,
    observed,
    send: (path, sent = {}) => send(port, path, sent),
    dial: () =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => {
          resolve(socket);
        });
        socket.on('error', reject);
      }),
    close: (withinMillis = 1_000) => receiver.close(withinMillis),
  };
};
