import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly attributes?: unknown;
}

interface Body {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[] }[];
  readonly resourceLogs?: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly object[] }[] }[];
}

/** What the sink says to a request instead of taking it. */
export interface Refusal {
  readonly status: number;
  readonly retryAfter?: string;
}

export interface OtlpSink {
  readonly url: string;
  /** By trace and span id. */
  readonly spans: ReadonlyMap<string, SentSpan>;
  /** How often spans came, twice the same counted twice. */
  spanCount(): number;
  logCount(): number;
  /** Answers the next requests so, one each. */
  refuse(refusals: readonly Refusal[]): void;
  /** Requests that were refused. */
  refused(): number;
  close(): Promise<void>;
}

const bodyOf = async (request: IncomingMessage): Promise<Body> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Body;
};

/** Takes OTLP/JSON over HTTP and keeps it. */
export const startOtlpSink = async (): Promise<OtlpSink> => {
  const spans = new Map<string, SentSpan>();
  let spanCount = 0;
  let logCount = 0;
  let refused = 0;
  let refusals: readonly Refusal[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { resourceSpans = [], resourceLogs = [] } = await bodyOf(request);
    const [refusal, ...later] = refusals;
    if (refusal !== undefined) {
      refusals = later;
      refused++;
      const { status, retryAfter } = refusal;
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
      return;
    }
    for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))) {
      spans.set(`${span.traceId} ${span.spanId}`, span);
      spanCount++;
    }
    logCount += resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap((scope) => scope.logRecords)).length;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans,
    spanCount: () => spanCount,
    logCount: () => logCount,
    refuse(next) {
      refusals = next;
    },
    refused: () => refused,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
};
