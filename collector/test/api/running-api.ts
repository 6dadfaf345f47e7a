import type { SenderRow } from '../../src/meta/index.js';
import { createServer, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { AccessOutcome, Permission } from '../../src/access/index.js';
import { fragmentsOf } from '../../src/normalise/index.js';
import { NOON_MILLIS, spanIdOf, spanModel, spansArrive, traceIdOf } from '../../src/store/contract/index.js';
import { createAnalyticsAnswers, createTraceAnswers } from '../../src/query/index.js';
import { createMemoryTraceStore } from '../../src/store/memory/index.js';
import type { StoreAnalytics, TraceReader } from '../../src/store/index.js';
import { type ApiOptions, createApi, type HealthReport } from '../../src/api/index.js';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  json(): Record<string, unknown>;
}

export interface RunningApi {
  readonly port: number;
  readonly observed: readonly { readonly route: string; readonly code: string }[];
  /** Of each answer: the kind of fault that kept it back. */
  readonly kept: readonly (string | null)[];
  readonly faults: readonly unknown[];
  get(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Reply>;
  close(): Promise<void>;
}

export const NOW = new Date('2026-11-21T08:00:00.000Z');

const KEYS: Readonly<Record<string, { readonly project: string | null; readonly role: Permission }>> = {
  'admin-key': { project: null, role: 'admin' },
  'shop-key': { project: 'shop', role: 'read' },
  'shop-admin-key': { project: 'shop', role: 'admin' },
  'sender-key': { project: 'shop', role: 'ingest' },
};

/** As access decides, over the few keys above. */
const authorise: ApiOptions['authorise'] = ({ headers }, need) => {
  const key = KEYS[String(headers['x-api-key'])];
  const outcome: AccessOutcome =
    key === undefined
      ? { status: 'denied', code: 'UNAUTHORIZED', message: 'a key is needed' }
      : key.role === 'admin' || key.role === need
        ? { status: 'allowed', principal: { ...key, environment: 'prod', keyId: 'nv_prod_abc' } }
        : { status: 'denied', code: 'FORBIDDEN', message: `it needs ${need}` };
  return Promise.resolve(outcome);
};

type Span = ReturnType<typeof spanModel>;
type Changes = Partial<Span>;

/** A root that took `number` milliseconds in each of so many traces, in the order of their start. */
export const rootOf = (number: number, changes: Changes = {}): Span => {
  const { startUnixNano } = spanModel();
  const start = startUnixNano + BigInt(number) * 1_000_000_000n;
  return spanModel({
    traceId: traceIdOf(number),
    spanId: spanIdOf(number),
    name: `request ${String(number)}`,
    startUnixNano: start,
    endUnixNano: start + BigInt(number) * 1_000_000n,
    ...changes,
  });
};

const nativeFragments = () => {
  const trace = {
    trace_id: 'B7C2E1D0-0000-4000-8000-00000000000A',
    name: 'native',
    start_time: '2026-11-20T11:00:00Z',
    spans: [],
  };
  return fragmentsOf({
    format: 'native',
    body: Buffer.from(JSON.stringify({ traces: [trace] })),
    receivedAtMillis: NOON_MILLIS,
    project: 'shop',
    keyEnvironment: null,
    redactionVersion: 0,
    refused: [],
  });
};

/** Five traces in `shop`, one in `bank`, and one of a native SDK, with a UUID, in `shop`. */
export const storeOfSeven = async (): Promise<TraceReader & StoreAnalytics> => {
  const { writer, reader } = createMemoryTraceStore();
  for (const number of [1, 2, 3, 4]) await writer.write(spansArrive([rootOf(number)]));
  await writer.write(spansArrive([rootOf(5, { statusCode: 2, attributes: { 'user.id': 'ada' } })]));
  await writer.write(spansArrive([rootOf(6)], { project: 'bank' }));
  await writer.write(nativeFragments());
  return reader;
};

type Changed = Partial<ApiOptions> & { readonly reader?: TraceReader };

/** Of the project `shop`: it made 12 spans, of which 2 were left out, 7 came, 1 was dropped. */
export const senderRow = (changes: Partial<SenderRow> = {}): SenderRow => ({
  collector: 'own',
  project: 'shop',
  report: {
    instanceId: '0b7e5a4c-93f1-4d0e-8a52-6f3d2c1b0a99',
    exporter: 'noveum',
    serviceName: 'api',
    project: 'shop',
    sdkVersion: '0.1.0',
    sequence: 4,
    batch: 3,
    createdSpans: 12,
    sampledOutSpans: 2,
    inFlightSpans: 2,
    spooledSpans: 0,
    acknowledgedSpans: 7,
    recoveredSpans: 0,
    retries: 1,
    droppedSpans: { queue_full: 1 },
    rejectedSpans: {},
    hasEnded: false,
  },
  receivedSpans: 7,
  repeatedSpans: 0,
  requests: 3,
  firstSeenMillis: NOW.getTime() - 60_000,
  lastSeenMillis: NOW.getTime(),
  batches: [1, 2, 3],
  ...changes,
});

/** An API over the store of seven, which is well and lets in the few keys above. */
export const apiOptions = async ({ reader, ...changed }: Changed = {}): Promise<ApiOptions> => {
  const store = await storeOfSeven();
  const healthy: HealthReport = {
    journal: { status: 'healthy', code: null },
    store: { status: 'healthy', code: null },
  };
  return {
    answers: createTraceAnswers(reader ?? store),
    analytics: createAnalyticsAnswers(store),
    authorise,
    stream: { open: () => null },
    erasures: { erase: () => Promise.resolve(null), find: () => Promise.resolve(null) },
    senders: { list: () => Promise.resolve([senderRow()]), forgotten: () => 3 },
    health: () => healthy,
    metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'noveum_requests_total 1\n' }),
    version: '1.2.3',
    about: {
      store: 'memory',
      retention: { days: 30, bytes: 0 },
      redacted: () => ({ shop: { email: 2 }, other: { ip: 1 } }),
      lag: () => ({ store: { bytes: 12, seconds: 0.5 }, text: null }),
    },
    observe: () => undefined,
    onFault: () => undefined,
    now: () => NOW,
    ...changed,
  };
};

export const startApi = async (changed: Changed = {}): Promise<RunningApi> => {
  const observed: { route: string; code: string }[] = [];
  const kept: (string | null)[] = [];
  const faults: unknown[] = [];
  const server = createServer(
    createApi(
      await apiOptions({
        observe: ({ route, code, fault }) => {
          observed.push({ route, code });
          kept.push(fault);
        },
        onFault: (error) => faults.push(error),
        ...changed,
      }),
    ),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    observed,
    kept,
    faults,
    get: (path, headers = { 'x-api-key': 'shop-key' }, method = 'GET') =>
      new Promise((resolve, reject) => {
        const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
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
        request.end();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
};
