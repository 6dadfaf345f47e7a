import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server } from 'node:net';

import type { ForwardEndpoint } from '../config/index.js';
import { createGrpcSender, createHttpSender, type Sender } from './index.js';

const NOW = Date.parse('2026-11-21T08:00:00Z');
const opened: (() => void)[] = [];

afterEach(() => {
  for (const close of opened.splice(0).reverse()) close();
});

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  opened.push(() => server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
};

const endpointAt = (url: string, protocol: ForwardEndpoint['protocol']): ForwardEndpoint => ({
  name: 'e',
  url,
  protocol,
  headers: {},
  timeoutMillis: 10_000,
  compression: 'none',
  logs: false,
  tls: null,
  filter: { projects: [], services: [], environments: [], errorsOnly: false },
  maxSpoolBytes: 2 ** 30,
  maxSpoolSeconds: 3600,
});

const send = async (sender: Sender, bytes = 4) => {
  opened.push(() => {
    sender.close();
  });
  const request = { signal: 'traces', bodies: [Buffer.alloc(bytes)], via: 'me' } as const;
  return sender.send(request, new AbortController().signal);
};

const byHttp = async (answer: (response: ServerResponse) => void) => {
  const url = await listen(
    createServer((request: IncomingMessage, response) => {
      request.resume().on('end', () => {
        answer(response);
      });
    }),
  );
  return send(createHttpSender(endpointAt(url, 'http/protobuf'), () => NOW));
};

const byGrpc = async (trailers: Readonly<Record<string, string>>, bytes?: number) => {
  const server = createHttp2Server();
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers(trailers);
    });
    stream.resume().on('end', () => stream.end());
  });
  return send(createGrpcSender(endpointAt(await listen(server), 'grpc')), bytes);
};

describe('by HTTP', () => {
  test.each([
    [503, '7', 7_000],
    [429, 'Sat, 21 Nov 2026 08:00:30 GMT', 30_000],
    [503, 'Sat, 21 Nov 2026 07:00:00 GMT', 0],
    [502, 'soon', null],
    [504, undefined, null],
    [408, undefined, null],
  ])('%d with Retry-After %s is tried again after %s ms', async (status, retryAfter, afterMillis) => {
    const outcome = await byHttp((response) => {
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end();
    });
    expect(outcome).toEqual({ status: 'retry', code: `HTTP_${String(status)}`, afterMillis });
  });

  test.each([
    [200, { status: 'delivered', rejectedItems: 0 }],
    [202, { status: 'delivered', rejectedItems: 0 }],
    [302, { status: 'misconfigured', code: 'HTTP_302' }],
    [401, { status: 'misconfigured', code: 'HTTP_401' }],
    [404, { status: 'misconfigured', code: 'HTTP_404' }],
    [400, { status: 'refused', code: 'HTTP_400' }],
    [413, { status: 'refused', code: 'HTTP_413' }],
    [500, { status: 'refused', code: 'HTTP_500' }],
  ])('%d is %j', async (status, outcome) => {
    expect(await byHttp((response) => response.writeHead(status).end())).toEqual(outcome);
  });

  test('what the endpoint refused of a request is counted', async () => {
    // ExportTraceServiceResponse: partial_success { rejected_spans: 5 }
    const answer = await byHttp((response) => response.writeHead(200).end(Buffer.from([0x0a, 0x02, 0x08, 0x05])));
    expect(answer).toEqual({ status: 'delivered', rejectedItems: 5 });
  });
});

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const bytesField = (tag: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([tag, ...varint(content.length)]), content]);

/** A google.rpc.Status whose details hold a RetryInfo of 1.5 s. */
const RETRY_INFO = Buffer.concat([
  Buffer.from([0x08, 8]),
  bytesField(
    0x1a,
    Buffer.concat([
      bytesField(0x0a, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
      bytesField(0x12, bytesField(0x0a, Buffer.from([0x08, 1, 0x10, ...varint(500_000_000)]))),
    ]),
  ),
]).toString('base64');

const [EXHAUSTED, UNAVAILABLE] = ['8', '14'];
const FOUR_MIB = 4 * 1024 * 1024;

describe('by gRPC', () => {
  test.each([
    ['RESOURCE_EXHAUSTED', EXHAUSTED],
    ['UNAVAILABLE', UNAVAILABLE],
  ])('%s with a RetryInfo is tried again after what it says', async (name, status) => {
    const outcome = await byGrpc({ 'grpc-status': status, 'grpc-status-details-bin': RETRY_INFO });
    expect(outcome).toEqual({ status: 'retry', code: `GRPC_${name}`, afterMillis: 1500 });
  });

  test('RESOURCE_EXHAUSTED without one is tried again, as a collector answers whose own endpoint says 429', async () => {
    const outcome = await byGrpc({ 'grpc-status': EXHAUSTED, 'grpc-message': 'rate limited' });
    expect(outcome).toEqual({ status: 'retry', code: 'GRPC_RESOURCE_EXHAUSTED', afterMillis: null });
  });

  test.each([
    ['grpc: received message larger than max (5 vs. 4)', 4],
    ['gRPC message exceeds maximum size 4: 5', 4],
    ['who knows', FOUR_MIB + 1],
  ])('RESOURCE_EXHAUSTED that says "%s" of %d bytes is a message that is too large', async (message, bytes) => {
    const outcome = await byGrpc({ 'grpc-status': EXHAUSTED, 'grpc-message': message }, bytes);
    expect(outcome).toEqual({ status: 'refused', code: 'GRPC_RESOURCE_EXHAUSTED' });
  });

  test.each([
    ['0', { status: 'delivered', rejectedItems: 0 }],
    ['3', { status: 'refused', code: 'GRPC_INVALID_ARGUMENT' }],
    ['13', { status: 'refused', code: 'GRPC_INTERNAL' }],
    ['16', { status: 'misconfigured', code: 'GRPC_UNAUTHENTICATED' }],
    ['7', { status: 'misconfigured', code: 'GRPC_PERMISSION_DENIED' }],
    ['4', { status: 'retry', code: 'GRPC_DEADLINE_EXCEEDED', afterMillis: null }],
  ])('status %s is %j', async (status, outcome) => {
    expect(await byGrpc({ 'grpc-status': status })).toEqual(outcome);
  });
});
