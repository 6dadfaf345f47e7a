import { exportOneSpan } from './contract/exporter-process.js';
import { ALLOWED, decodingIngest, NOW, startReceiver } from './contract/running-receiver.js';
import { createBodyMemory, createInFlight, type IngestOutcome, type IngestPort, startGrpcReceiver } from './index.js';

/** What receivers are given, and what came through them. */
const recording = () => {
  const decode = decodingIngest();
  const outcomes: IngestOutcome[] = [];
  const keys: unknown[] = [];
  const ingest: IngestPort = async (request) => {
    const outcome = await decode(request);
    outcomes.push(outcome);
    return outcome;
  };
  const authorise = (request: { readonly headers: Readonly<Record<string, unknown>> }) => {
    keys.push(request.headers['x-api-key']);
    return Promise.resolve(ALLOWED);
  };
  return { outcomes, keys, given: { ingest, authorise } };
};

const ONE_SPAN = [{ status: 'accepted', decoded: { acceptedSpans: 1, refusedItems: [] } }];

test.each([
  ['http', 'none'],
  ['http', 'gzip'],
  ['proto', 'none'],
  ['proto', 'gzip'],
] as const)('@opentelemetry/exporter-trace-otlp-%s (compression: %s) delivers', async (kind, compression) => {
  const { outcomes, keys, given } = recording();
  const receiver = await startReceiver(given);
  await exportOneSpan(`@opentelemetry/exporter-trace-otlp-${kind}`, {
    url: `http://127.0.0.1:${String(receiver.port)}/v1/traces`,
    headers: { 'x-api-key': 'nv_test_key' },
    compression,
  });
  await receiver.close();
  expect(outcomes).toMatchObject(ONE_SPAN);
  expect(keys).toEqual(['nv_test_key']);
  expect(receiver.observed).toMatchObject([
    { code: 'OK', route: '/v1/traces', format: kind === 'http' ? 'json' : 'otlp-protobuf' },
  ]);
});

test.each(['none', 'gzip'] as const)(
  '@opentelemetry/exporter-trace-otlp-grpc (compression: %s) delivers',
  async (compression) => {
    const { outcomes, given } = recording();
    const codes: string[] = [];
    const receiver = await startGrpcReceiver({
      ...given,
      host: '127.0.0.1',
      port: 0,
      messageBytes: 1024 * 1024,
      inFlight: createInFlight(1024 * 1024),
      memory: createBodyMemory(),
      requestTimeoutMillis: 30_000,
      headerTimeoutMillis: 10_000,
      tls: null,
      observe: ({ code }) => codes.push(code),
      now: () => NOW,
    });
    await exportOneSpan('@opentelemetry/exporter-trace-otlp-grpc', {
      url: `http://127.0.0.1:${String(receiver.port)}`,
      compression,
    });
    await receiver.close(1_000);
    expect(outcomes).toMatchObject(ONE_SPAN);
    expect(codes).toEqual(['OK']);
  },
);
