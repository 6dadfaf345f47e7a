import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';

import { JSON_TYPE, nativeTrace, otlpJson, otlpProtobuf, PROTOBUF_TYPE } from './contract/bodies.js';
import { type RunningReceiver, startReceiver } from './contract/running-receiver.js';

let receiver: RunningReceiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const post = (path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
  receiver.send(path, { headers, body: Buffer.isBuffer(body) ? body : JSON.stringify(body) });

const ID = 'b7c2e1d0-0000-4000-8000-000000000001';

describe('the native API', () => {
  test('a single trace is answered to the letter of the document', async () => {
    const reply = await post('/v1/trace', nativeTrace());
    expect(reply.status).toBe(200);
    expect(reply.json()).toEqual({
      success: true,
      trace_id: ID,
      message: 'Trace ingested successfully',
      timestamp: '2026-11-21T08:00:00.000Z',
      processing_time_ms: expect.any(Number) as number,
    });
  });

  test.each(['/v1/trace', '/v1/traces/single', '/api/v1/trace', '/api/v1/traces/single', '/v1/trace/'])(
    '%s takes one trace',
    async (path) => {
      expect((await post(path, nativeTrace())).json()).toMatchObject({ success: true, trace_id: ID });
    },
  );

  test.each(['/v1/traces', '/api/v1/traces', '/v1/traces?source=sdk'])('%s takes a batch', async (path) => {
    const reply = await post(path, { traces: [nativeTrace(), nativeTrace('trace_2')], timestamp: 1_721_160_600.5 });
    expect(reply.json()).toEqual({
      success: true,
      ingested_count: 2,
      failed_count: 0,
      message: 'Batch ingested successfully',
      timestamp: '2026-11-21T08:00:00.000Z',
      processing_time_ms: expect.any(Number) as number,
      trace_ids: [ID, 'trace_2'],
    });
  });

  test('of a batch that is partly bad, the good is taken and the bad is named', async () => {
    const reply = await post('/v1/traces', {
      traces: [nativeTrace(), { trace_id: 'nameless', start_time: '2026-11-21T07:59:00Z', spans: [] }],
    });
    expect(reply.status).toBe(200);
    expect(reply.json()).toMatchObject({
      success: true,
      ingested_count: 1,
      failed_count: 1,
      message: 'Batch partially ingested',
      successful_traces: [ID],
      failed_traces: [{ trace_id: 'nameless', error: 'Missing required fields' }],
    });
  });

  test('a batch of nothing but bad traces is a 400', async () => {
    const reply = await post('/v1/traces', { traces: [{ trace_id: 'x' }] });
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({
      success: false,
      error: { code: 'VALIDATION_ERROR', details: { field: expect.any(String) as string } },
      failed_traces: [{ trace_id: 'x' }],
    });
  });

  test('a trace that fails is told field and rule', async () => {
    const trace = { ...nativeTrace(), spans: [{ span_id: 's', name: 'n', start_time: 'yesterday' }] };
    const reply = await post('/v1/trace', trace);
    expect(reply.status).toBe(400);
    const { error, message, success, timestamp } = reply.json() as Record<string, Record<string, unknown>>;
    expect({ success, timestamp }).toEqual({ success: false, timestamp: '2026-11-21T08:00:00.000Z' });
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'Invalid trace format',
      details: { field: 'spans[0].start_time' },
    });
    expect(message).toBe('Invalid trace format');
    expect(JSON.stringify(reply.json())).not.toContain('yesterday');
  });

  test('an id that had to be made is reported, as a repetition can not be recognised', async () => {
    const reply = (await post('/v1/trace', nativeTrace(null))).json();
    expect(reply).toMatchObject({
      success: true,
      warnings: [expect.stringContaining(String(reply.trace_id)) as string],
    });
  });

  test('an empty batch is no error', async () => {
    expect((await post('/v1/traces', { traces: [] })).json()).toMatchObject({ success: true, ingested_count: 0 });
  });
});

describe('OTLP', () => {
  test.each(['/v1/traces', '/api/v1/traces', '/api/public/otel/v1/traces'])(
    'protobuf at %s is answered by an empty message of its content type',
    async (path) => {
      const reply = await post(path, otlpProtobuf(), PROTOBUF_TYPE);
      expect(reply.status).toBe(200);
      expect(reply.headers['content-type']).toBe('application/x-protobuf');
      expect(reply.headers['content-length']).toBe('0');
    },
  );

  test('spans that were refused are counted in partial_success, with the reason', async () => {
    const reply = await post('/v1/traces', otlpProtobuf(5), PROTOBUF_TYPE);
    expect(reply.status).toBe(200);
    // partial_success (1) { rejected_spans (1): 1, error_message (2) }
    expect(reply.bytes.subarray(0, 1)).toEqual(Buffer.from([0x0a]));
    expect(reply.bytes.subarray(2, 5)).toEqual(Buffer.from([0x08, 0x01, 0x12]));
    expect(reply.bytes.subarray(6).toString()).toContain('trace_id');
  });

  test('a protobuf that can not be read is told as google.rpc.Status', async () => {
    const reply = await post('/v1/traces', Buffer.from([0x0a, 0xff]), PROTOBUF_TYPE);
    expect(reply.status).toBe(400);
    expect(reply.headers['content-type']).toBe('application/x-protobuf');
    expect(reply.bytes.subarray(0, 3)).toEqual(Buffer.from([0x08, 0x03, 0x12]));
  });

  test('JSON is answered in JSON', async () => {
    const reply = await receiver.send('/v1/traces', { headers: JSON_TYPE, body: otlpJson() });
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.json()).toEqual({ partialSuccess: {} });
  });

  test('JSON with a bad span is a partial success', async () => {
    const reply = await receiver.send('/v1/traces', { headers: JSON_TYPE, body: otlpJson('nothex') });
    expect(reply.json()).toMatchObject({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('spanId') as string },
    });
  });

  test.each([
    ['plain', (body: string) => Buffer.from(body), {}],
    ['gzip', (body: string) => gzipSync(body), { 'content-encoding': 'gzip' }],
    ['deflate', (body: string) => deflateSync(body), { 'content-encoding': 'deflate' }],
  ])('JSON refused as a whole (%s) is told as google.rpc.Status', async (_name, pack, headers) => {
    const body = pack('{"resourceSpans": 7}');
    const reply = await receiver.send('/v1/traces', { headers: { ...JSON_TYPE, ...headers }, body });
    expect(reply.status).toBe(400);
    expect(reply.json()).toEqual({ code: 3, message: expect.any(String) as string });
  });

  test('logs are taken, metrics are answered as if they were', async () => {
    const logs = await post('/v1/logs', { resourceLogs: [] });
    expect([logs.status, logs.json()]).toEqual([200, { partialSuccess: {} }]);
    const metrics = await post('/v1/metrics', { resourceMetrics: [] });
    expect([metrics.status, metrics.json()]).toEqual([200, { partialSuccess: {} }]);
    const protobuf = await post('/v1/metrics', Buffer.alloc(3), PROTOBUF_TYPE);
    expect([protobuf.status, protobuf.headers['content-type'], protobuf.bytes.length]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ]);
  });
});

describe('encodings and content types', () => {
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['GZIP', gzipSync],
    ['identity', (body: Buffer) => body],
  ])('Content-Encoding %s is taken', async (encoding, pack) => {
    const body = pack(otlpProtobuf());
    const reply = await post('/v1/traces', body, { ...PROTOBUF_TYPE, 'content-encoding': encoding });
    expect(reply.status).toBe(200);
  });

  test.each([
    ['Content-Encoding', { 'content-encoding': 'zstd', ...JSON_TYPE }],
    ['Content-Encoding', { 'content-encoding': 'gzip, gzip', ...JSON_TYPE }],
    ['Content-Type', { 'content-type': 'text/plain' }],
    ['Content-Type', { 'content-type': 'application/json; charset=utf-16' }],
    ['Content-Type', {}],
    ['Content-Type', { 'content-type': 'constructor' }],
  ])('%s of %j is a 415 that names what would do', async (field, headers) => {
    const reply = await receiver.send('/v1/traces', { headers, body: '{}' });
    expect(reply.status).toBe(415);
    expect(reply.json()).toMatchObject({
      success: false,
      error: { code: 'UNSUPPORTED_MEDIA_TYPE', details: { field, issue: expect.stringContaining('must') as string } },
    });
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])('%s is JSON', async (type) => {
    expect((await post('/v1/trace', nativeTrace(), { 'content-type': type })).status).toBe(200);
  });

  test.each(['sha-256', 'sha-512'])('a Content-Digest by %s is verified over the bytes as sent', async (algorithm) => {
    const body = gzipSync(otlpJson());
    const digestOf = (content: Buffer) => createHash(algorithm.replace('-', '')).update(content).digest('base64');
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const right = await post('/v1/traces', body, { ...headers, 'content-digest': `${algorithm}=:${digestOf(body)}:` });
    expect(right.status).toBe(200);
    const wrong = await post('/v1/traces', body, {
      ...headers,
      'content-digest': `md5=:AAAA:, ${algorithm}=:${digestOf(Buffer.from(otlpJson()))}:`,
    });
    expect(wrong.status).toBe(400);
    expect(wrong.json()).toMatchObject({ error: { details: { field: 'Content-Digest' } } });
  });
});

describe('methods', () => {
  test.each([
    ['GET', '/v1/logs', 'POST'],
    ['GET', '/v1/traces/single', 'POST'],
    ['PUT', '/v1/trace', 'POST'],
    ['PUT', '/api/v1/traces', 'DELETE, GET, HEAD, POST'],
    ['GET', '/api/public/otel/v1/traces', 'POST'],
  ])('%s %s is a 405 that says what is allowed', async (method, path, allow) => {
    const reply = await receiver.send(path, { method });
    expect([reply.status, reply.headers.allow]).toEqual([405, allow]);
    expect(reply.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
  });

  test.each([
    ['GET', '/v1/traces'],
    ['POST', '/v1/elsewhere'],
    ['POST', '/public/otel/v1/traces'],
    ['POST', '/toString'],
  ])('%s %s goes to the rest of the API', async (method, path) => {
    expect((await receiver.send(path, { method })).status).toBe(404);
  });
});

test('every answer forbids sniffing and storing', async () => {
  const reply = await post('/v1/trace', nativeTrace());
  expect(reply.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
});
