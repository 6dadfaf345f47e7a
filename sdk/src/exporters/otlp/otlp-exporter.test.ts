import { gunzipSync } from 'node:zlib';

import {
  answering,
  type AnsweringServer,
  type Answering,
  resetting,
  silent,
  startAnsweringServer,
} from '../../../test/support/answering-server.js';
import { batchOf } from '../../../test/support/batches.js';
import { batchOfJson, batchOfSpans, spanIdOf, traceIdOf } from '../../../test/support/requests.js';
import {
  createFetchTransport,
  createOtlpExporter,
  createPack,
  type Exporter,
  type HttpTransport,
  type OtlpExporterOptions,
  streamGzip,
  systemClock,
} from '../index.js';
import { createNodeTransport, nodeGzip } from '../node/index.js';

const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const TRANSPORTS: readonly (readonly [string, (url: string) => HttpTransport])[] = [
  ['Node', (url) => createNodeTransport({ url })],
  ['fetch', () => createFetchTransport({ fetch })],
];

const serve = async (...answers: [Answering, ...Answering[]]): Promise<AnsweringServer> => {
  const server = await startAnsweringServer(...answers);
  open.push(server);
  return server;
};

const exporterTo = (
  url: string,
  transport: HttpTransport = createNodeTransport({ url }),
  options: Partial<OtlpExporterOptions> = {},
): Exporter => {
  const exporter = createOtlpExporter({ url, transport, clock: systemClock, ...options });
  open.push(exporter);
  return exporter;
};

/** partial_success { rejected_spans: 2, error_message: "x" } */
const PARTIAL = Uint8Array.of(10, 5, 8, 2, 18, 1, 120);

describe.each(TRANSPORTS)('by %s', (_name, transportTo) => {
  it('sends the batch as it is, as protobuf', async () => {
    const server = await serve(answering(200));
    const outcome = await exporterTo(server.url, transportTo(server.url), { headers: { 'x-team': 'a' } }).export(
      batchOf(3, 5000),
      never,
    );
    expect(outcome).toEqual({ status: 'delivered' });
    const [got] = server.received;
    expect(got?.body).toEqual(Buffer.from(batchOf(3, 5000).request));
    expect(got?.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'content-length': '5000',
      'x-team': 'a',
    });
    expect(got?.headers['content-encoding']).toBeUndefined();
  });

  it.each([429, 502, 503, 504])('may be tried again after %d, no sooner than the answer says', async (status) => {
    const server = await serve(answering(status, { 'retry-after': '7' }));
    const outcome = await exporterTo(server.url, transportTo(server.url)).export(batchOf(1), never);
    expect(outcome).toEqual({ status: 'retry', reason: `http_${String(status)}`, afterMillis: 7000 });
  });

  it.each([301, 400, 401, 404, 413, 500, 501])('is rejected for good by %d', async (status) => {
    const server = await serve(answering(status, { location: '/elsewhere' }, 'a prompt that the answer quotes'));
    const outcome = await exporterTo(server.url, transportTo(server.url)).export(batchOf(4), never);
    expect(outcome).toEqual({ status: 'rejected', rejectedSpans: 4, reason: `http_${String(status)}` });
    expect(server.received).toHaveLength(1);
  });

  it('tells how many spans a partial success has refused', async () => {
    const server = await serve(answering(200, {}, PARTIAL));
    expect(await exporterTo(server.url, transportTo(server.url)).export(batchOf(5), never)).toEqual({
      status: 'rejected',
      rejectedSpans: 2,
      reason: 'partial_success',
    });
  });

  it('reads no more of an answer than 64 KiB', async () => {
    const server = await serve((response) => {
      response.writeHead(200);
      // Never ends: who waits for the end waits for ever.
      response.write(Buffer.alloc(70_000, 255));
    });
    expect(await exporterTo(server.url, transportTo(server.url)).export(batchOf(1), never)).toEqual({
      status: 'delivered',
    });
  });

  it('gives up a backend that does not answer in time', async () => {
    const server = await serve(silent);
    const exporter = exporterTo(server.url, transportTo(server.url), { timeoutMillis: 50 });
    expect(await exporter.export(batchOf(1), never)).toEqual({ status: 'retry', reason: 'timeout' });
  });

  it('ends at once where it is aborted', async () => {
    const controller = new AbortController();
    const server = await serve(() => {
      controller.abort();
    });
    const exporter = exporterTo(server.url, transportTo(server.url));
    expect(await exporter.export(batchOf(1), controller.signal)).toEqual({ status: 'retry', reason: 'aborted' });
    expect(await exporter.export(batchOf(1), controller.signal)).toEqual({ status: 'retry', reason: 'aborted' });
  });

  it('names no more than the code where the backend is down or its name is unknown', async () => {
    const server = await startAnsweringServer(answering(200));
    await server.close();
    const down = await exporterTo(server.url, transportTo(server.url)).export(batchOf(1), never);
    expect(down).toEqual({ status: 'retry', reason: 'ECONNREFUSED' });
    const url = 'http://collector.invalid/v1/traces';
    const nameless = await exporterTo(url, transportTo(url)).export(batchOf(1), never);
    expect(nameless).toMatchObject({
      status: 'retry',
      reason: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/) as string,
    });
  });

  it('may be tried again where the connection is cut before the answer', async () => {
    const server = await serve(resetting);
    const outcome = await exporterTo(server.url, transportTo(server.url)).export(batchOf(1), never);
    expect(outcome).toMatchObject({
      status: 'retry',
      reason: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/) as string,
    });
  });
});

it('asks for headers before each request', async () => {
  const server = await serve(answering(200));
  let turn = 0;
  const headers = (): Promise<Record<string, string>> => Promise.resolve({ authorization: `Bearer ${String(++turn)}` });
  const exporter = exporterTo(server.url, undefined, { headers });
  await exporter.export(batchOf(1), never);
  await exporter.export(batchOf(1), never);
  expect(server.received.map((each) => each.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
});

it('may be tried again where there are no headers to be had', async () => {
  const server = await serve(answering(200));
  const exporter = exporterTo(server.url, undefined, { headers: () => Promise.reject(new Error('a secret')) });
  expect(await exporter.export(batchOf(1), never)).toEqual({ status: 'retry', reason: 'headers' });
  expect(server.received).toEqual([]);
});

it('waits until the date that the answer names', async () => {
  const server = await serve(answering(503, { 'retry-after': 'Fri, 21 Nov 2025 00:00:10 GMT' }));
  const clock = { ...systemClock, unixMillis: () => Date.parse('2025-11-21T00:00:00Z') };
  const outcome = await exporterTo(server.url, undefined, { clock }).export(batchOf(1), never);
  expect(outcome).toEqual({ status: 'retry', reason: 'http_503', afterMillis: 10_000 });
});

it('takes a second connection where the server has closed an idle one', async () => {
  const server = await serve(answering(200), resetting, answering(200));
  const exporter = exporterTo(server.url);
  await exporter.export(batchOf(1), never);
  expect(await exporter.export(batchOf(2), never)).toEqual({ status: 'delivered' });
  expect(server.received).toHaveLength(3);
});

it.each([
  ['Node', nodeGzip],
  ['a stream', streamGzip],
])('packs by %s what gets smaller by it', async (_name, gzip) => {
  const server = await serve(answering(200));
  const exporter = exporterTo(server.url, undefined, { pack: createPack({ gzip }) });
  await exporter.export(batchOf(1, 100_000), never);
  const [got] = server.received;
  expect(got?.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(got?.body ?? '')).toEqual(Buffer.from(batchOf(1, 100_000).request));
});

it('sends JSON where told to, and reads the answer as such', async () => {
  const server = await serve(answering(200, {}, '{"partialSuccess":{"rejectedSpans":"1","errorMessage":"x"}}'));
  const exporter = exporterTo(server.url, undefined, { encoding: 'json' });
  const batch = batchOfSpans([{ traceId: traceIdOf(1), spanId: spanIdOf(1), name: 'a' }]);
  expect(await exporter.export(batch, never)).toEqual({
    status: 'rejected',
    rejectedSpans: 1,
    reason: 'partial_success',
  });
  const [got] = server.received;
  expect(got?.headers['content-type']).toBe('application/json');
  expect(batchOfJson(JSON.parse(got?.body.toString() ?? ''))).toEqual(batch);
});
