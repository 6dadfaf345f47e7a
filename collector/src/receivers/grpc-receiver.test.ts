import { gzipSync } from 'node:zlib';

import {
  Client,
  type ClientOptions,
  compressionAlgorithms,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';

import { otlpProtobuf } from './contract/bodies.js';
import { ALLOWED, decodingIngest, NOW, type Seen } from './contract/running-receiver.js';
import {
  createBodyMemory,
  createInFlight,
  type GrpcReceiver,
  type GrpcReceiverOptions,
  startGrpcReceiver,
} from './index.js';

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const METRICS = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const MIB = 1024 * 1024;

const opened: { close(): unknown }[] = [];
const closing: GrpcReceiver[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) client.close();
  await Promise.all(closing.splice(0).map((receiver) => receiver.close(0)));
});

const start = async (changed: Partial<GrpcReceiverOptions> = {}, clientOptions: ClientOptions = {}) => {
  const observed: Seen[] = [];
  const inFlight = changed.inFlight ?? createInFlight(128 * MIB);
  const receiver = await startGrpcReceiver({
    host: '127.0.0.1',
    port: 0,
    authorise: () => Promise.resolve(ALLOWED),
    ingest: decodingIngest(),
    messageBytes: 16 * MIB,
    requestTimeoutMillis: 30_000,
    headerTimeoutMillis: 10_000,
    memory: createBodyMemory(),
    tls: null,
    observe: (seen) => observed.push(seen),
    now: () => NOW,
    ...changed,
    inFlight,
  });
  closing.push(receiver);
  const client = new Client(`127.0.0.1:${String(receiver.port)}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0,
    ...clientOptions,
  });
  opened.push(client);
  const asIs = (bytes: Buffer): Buffer => bytes;
  const call = (path: string, body: Buffer, metadata = new Metadata()): Promise<Buffer | ServiceError> =>
    new Promise((resolve) => {
      client.makeUnaryRequest(path, asIs, asIs, body, metadata, (error, value) => {
        resolve(error ?? value ?? Buffer.alloc(0));
      });
    });
  return { call, observed, inFlight, receiver };
};

const failure = (answer: Buffer | ServiceError): ServiceError => {
  if (Buffer.isBuffer(answer)) throw new Error('the call was taken');
  return answer;
};

const detailsOf = (error: ServiceError): string =>
  (error.metadata.get('grpc-status-details-bin')[0] as Buffer | undefined)?.toString('latin1') ?? '';

test.each([TRACES, LOGS, METRICS])('%s takes an empty request', async (path) => {
  const { call } = await start();
  expect(await call(path, Buffer.alloc(0))).toEqual(Buffer.alloc(0));
});

test('spans are taken, and counted once', async () => {
  const { call, observed, inFlight } = await start();
  const body = otlpProtobuf();
  expect(await call(TRACES, body)).toEqual(Buffer.alloc(0));
  expect(observed).toMatchObject([
    { route: TRACES, format: 'otlp-protobuf', code: 'OK', bytes: body.length, acceptedSpans: 1 },
  ]);
  expect(inFlight.bytes()).toBe(0);
});

test('messages compressed with gzip are taken', async () => {
  const { call } = await start({}, { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip });
  expect(await call(TRACES, otlpProtobuf())).toEqual(Buffer.alloc(0));
});

test('spans that were refused are counted in partial_success', async () => {
  const { call } = await start();
  const answer = await call(TRACES, otlpProtobuf(5));
  expect((answer as Buffer).subarray(2, 5)).toEqual(Buffer.from([0x08, 0x01, 0x12]));
});

test('what can not be read is INVALID_ARGUMENT, with a status to read', async () => {
  const { call } = await start();
  const error = failure(await call(TRACES, Buffer.from([0x0a, 0xff])));
  expect(error.code).toBe(status.INVALID_ARGUMENT);
  expect(detailsOf(error)).toContain(error.details);
});

test('metadata, authority and address reach access', async () => {
  const asked: unknown[] = [];
  const { call, receiver } = await start({
    authorise: (request, need) => {
      asked.push({ ...request, need });
      return Promise.resolve(ALLOWED);
    },
  });
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer nv_test_x');
  metadata.set('x-api-key', 'nv_test_y');
  await call(TRACES, Buffer.alloc(0), metadata);
  expect(asked).toMatchObject([
    {
      need: 'ingest',
      remoteAddress: '127.0.0.1',
      headers: {
        authorization: 'Bearer nv_test_x',
        'x-api-key': 'nv_test_y',
        host: `127.0.0.1:${String(receiver.port)}`,
      },
    },
  ]);
});

test.each([
  ['UNAUTHORIZED', status.UNAUTHENTICATED, false],
  ['FORBIDDEN', status.PERMISSION_DENIED, false],
  ['RATE_LIMITED', status.RESOURCE_EXHAUSTED, true],
] as const)('%s by access is code %i', async (code, expected, isRetryable) => {
  const { call } = await start({
    authorise: () =>
      Promise.resolve({ status: 'denied', code, message: 'not so', ...(isRetryable ? { retryAfterSeconds: 3 } : {}) }),
  });
  const error = failure(await call(METRICS, Buffer.alloc(0)));
  expect([error.code, error.details]).toEqual([expected, 'not so']);
  expect(detailsOf(error).includes('google.rpc.RetryInfo')).toBe(isRetryable);
});

test('a full journal is UNAVAILABLE with RetryInfo', async () => {
  const { call } = await start({
    ingest: () => Promise.resolve({ status: 'unavailable', retryAfterSeconds: 300, reason: 'the journal is full' }),
  });
  const error = failure(await call(TRACES, otlpProtobuf()));
  expect([error.code, error.details]).toEqual([status.UNAVAILABLE, 'the journal is full']);
  // RetryInfo { retry_delay (1): Duration { seconds (1): 300 } }
  expect(detailsOf(error)).toContain(Buffer.from([0x0a, 0x03, 0x08, 0xac, 0x02]).toString('latin1'));
});

test('bytes in flight are bounded together with those of HTTP', async () => {
  const body = otlpProtobuf();
  const inFlight = createInFlight(body.length + 10);
  const { call } = await start({ inFlight });
  inFlight.reserve(11);
  expect(failure(await call(TRACES, body)).code).toBe(status.UNAVAILABLE);
  inFlight.free(11);
  expect(await call(TRACES, body)).toEqual(Buffer.alloc(0));
});

test.each([
  ['as sent', {}],
  ['unpacked', { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip }],
])('a message over the limit %s is refused', async (_name, clientOptions) => {
  const { call } = await start({ messageBytes: MIB }, clientOptions);
  expect(gzipSync(Buffer.alloc(2 * MIB)).length).toBeLessThan(MIB);
  expect(failure(await call(TRACES, Buffer.alloc(2 * MIB))).code).toBe(status.RESOURCE_EXHAUSTED);
});

test.each(['authorise', 'ingest'])('a fault in %s is UNAVAILABLE, and the next call is answered', async (part) => {
  let faults = 0;
  const failFirst = async (): Promise<void> => {
    if (faults++ === 0) return Promise.reject(new Error('fault'));
  };
  const ingest = decodingIngest();
  const { call } = await start(
    part === 'authorise'
      ? { authorise: () => failFirst().then(() => ALLOWED) }
      : { ingest: (request) => failFirst().then(() => ingest(request)) },
  );
  const error = failure(await call(TRACES, otlpProtobuf()));
  expect([error.code, error.details.includes('fault')]).toEqual([status.UNAVAILABLE, false]);
  expect(await call(TRACES, otlpProtobuf())).toEqual(Buffer.alloc(0));
});

test('closing waits for the call under way', async () => {
  const ingest = decodingIngest();
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let arrived = (): void => undefined;
  const underWay = new Promise<void>((resolve) => (arrived = resolve));
  const { call, receiver } = await start({
    ingest: async (request) => {
      arrived();
      await gate;
      return ingest(request);
    },
  });
  const answer = call(TRACES, otlpProtobuf());
  await underWay;
  const closed = receiver.close(20_000);
  release();
  expect(await answer).toEqual(Buffer.alloc(0));
  await closed;
});
