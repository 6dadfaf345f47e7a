import { readFileSync } from 'node:fs';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';

import { referenceLogs, referenceTraces } from '../../../proto/test/otlp-reference.js';
import {
  createDecoder,
  type BodyEncoding,
  type BodyFormat,
  type DecodeLimits,
  type DecodeOutcome,
  type Signal,
  splitNative,
} from './index.js';

const LIMITS: DecodeLimits = {
  bodyBytes: 16 << 20,
  unpackedBytes: 64 << 20,
  attributesPerSpan: 1000,
  attributeValueBytes: 1 << 20,
  nesting: 64,
  spanNameBytes: 4096,
};
const NOW = Date.parse('2026-11-21T08:00:00Z');
const MADE = '00000000-0000-4000-8000-000000000001';
const WORKER = new URL('../../dist/decode/decode-worker.js', import.meta.url);

const fixture = (path: string): Buffer =>
  readFileSync(new URL(`../../../proto/test/fixtures/${path}`, import.meta.url));

const newDecoder = (limits: Partial<DecodeLimits> = {}) =>
  createDecoder({ limits: { ...LIMITS, ...limits }, newTraceId: () => MADE, nowMillis: () => NOW, workerFile: WORKER });

const decoder = newDecoder();
afterAll(() => decoder.close());

const decode = (
  body: unknown,
  {
    signal = 'traces',
    format = 'json',
    encoding = 'identity',
  }: { signal?: Signal; format?: BodyFormat; encoding?: BodyEncoding } = {},
): Promise<DecodeOutcome> =>
  decoder.decode({
    signal,
    format,
    encoding,
    bytes: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  });

const trace = (extra: object = {}): object => ({
  trace_id: 't1',
  name: 'n',
  start_time: '2026-11-21T03:49:55.293823+00:00',
  spans: [],
  ...extra,
});
const span = (extra: object = {}): object => ({
  span_id: 's1',
  name: 'n',
  start_time: '2026-11-21T03:49:55Z',
  ...extra,
});
const bodyText = (outcome: DecodeOutcome): string => {
  if (outcome.status !== 'decoded') throw new Error(`refused: ${outcome.problem.field} ${outcome.problem.issue}`);
  return Buffer.from(outcome.record.body).toString();
};

describe('what the body is', () => {
  test('the published Python SDK is taken as it is', async () => {
    const [request] = JSON.parse(fixture('native/noveum_trace_py_1.5.28.requests.json').toString()) as [
      { json: unknown },
    ];
    const sent = JSON.stringify(request.json);
    const outcome = await decode(sent);
    expect(outcome).toMatchObject({ status: 'decoded', accepted: 1, acceptedSpans: 4, refusedItems: [], madeIds: [] });
    expect(bodyText(outcome)).toBe(sent);
  });

  test.each(['otlp_python_http', 'traceloop_py_openai', 'js_vercel'])(
    '%s gives as many spans by protobuf as by JSON',
    async (name) => {
      const byProtobuf = await decode(fixture(`otlp/${name}.pb`), { format: 'otlp-protobuf' });
      const byJson = await decode(fixture(`otlp/${name}.json`));
      expect(byProtobuf).toMatchObject({ status: 'decoded', refusedItems: [] });
      expect(byJson).toMatchObject({
        status: 'decoded',
        refusedItems: [],
        accepted: byProtobuf.status === 'decoded' ? byProtobuf.accepted : -1,
      });
    },
  );

  test('logs are taken in both encodings', async () => {
    const byProtobuf = await decode(fixture('otlp/openai_v2_default.logs.pb'), {
      signal: 'logs',
      format: 'otlp-protobuf',
    });
    const byJson = await decode(fixture('otlp/openai_v2_default.logs.json'), { signal: 'logs' });
    expect(byProtobuf).toMatchObject({ status: 'decoded', refusedItems: [], acceptedSpans: 0 });
    expect(byJson).toMatchObject({
      status: 'decoded',
      accepted: byProtobuf.status === 'decoded' ? byProtobuf.accepted : -1,
    });
  });

  test('logs sent to the traces address are refused span by span', async () => {
    const outcome = await decode(fixture('otlp/openai_v2_default.logs.pb'), { format: 'otlp-protobuf' });
    expect(outcome.status === 'refused' || outcome.accepted === 0).toBe(true);
  });

  test('a single trace becomes a batch of one', async () => {
    const outcome = await decode(trace(), { signal: 'trace' });
    expect(JSON.parse(bodyText(outcome))).toEqual({ traces: [trace()] });
  });

  test.each([
    ['{}', 'body', 'unknown_shape'],
    ['[]', 'body', 'unknown_shape'],
    ['{"traces":{}}', 'traces', 'wrong_type'],
    ['{"traces":[', 'body', 'invalid_json'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'body', 'invalid_utf8'],
    ['{"resourceSpans":[{"scopeSpans":7}]}', 'resourceSpans[0].scopeSpans', 'wrong_type'],
  ])('%p is refused whole', async (body, field, kind) => {
    expect(await decode(body)).toMatchObject({ status: 'refused', code: 'VALIDATION_ERROR', problem: { field, kind } });
  });

  test('an error about JSON holds nothing of the body', async () => {
    const outcome = await decode('{"traces": [sk-secret]}');
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });
});

describe('native traces', () => {
  test.each([
    [{ name: undefined }, 'name', 'missing_field'],
    [{ start_time: 1795232995 }, 'start_time', 'invalid_timestamp'],
    [{ start_time: '2026-02-30T00:00:00Z' }, 'start_time', 'invalid_timestamp'],
    [{ status: 'great' }, 'status', 'invalid_status'],
    [{ name: 'n'.repeat(4097) }, 'name', 'span_name_too_long'],
    [{ spans: [span({ start_time: null })] }, 'spans[0].start_time', 'missing_field'],
    [{ spans: [span(), span({ span_id: 7 })] }, 'spans[1].span_id', 'wrong_type'],
    [{ spans: [span({ parent_span_id: 's1' })] }, 'spans[0].parent_span_id', 'invalid_span_hierarchy'],
    [
      { spans: [span({ parent_span_id: 's2' }), span({ span_id: 's2', parent_span_id: 's1' })] },
      'spans[0].parent_span_id',
      'invalid_span_hierarchy',
    ],
    [{ spans: [span({ trace_id: 'other' })] }, 'spans[0].trace_id', 'invalid_span_hierarchy'],
    [{ attributes: JSON.parse('['.repeat(65) + ']'.repeat(65)) as unknown }, 'trace', 'nested_too_deep'],
  ])('a broken trace is refused alone, by its field (case %#)', async (extra, field, kind) => {
    const outcome = await decode({ traces: [trace(), trace(extra)] });
    expect(outcome).toMatchObject({
      status: 'decoded',
      accepted: 1,
      record: { refused: [1] },
      refusedItems: [{ index: 1, field, kind }],
    });
  });

  test.each([
    ['2026-11-21T03:49:55Z', 1],
    ['2026-11-21T03:49:55.123456789Z', 1],
    ['2026-11-21T03:49:55.1+05:30', 1],
    ['2026-11-21T03:49:55-0800', 1],
    ['2026-11-21T03:49:55', 1],
    ['2024-02-29T00:00:00Z', 1],
    ['2025-02-29T00:00:00Z', 0],
    ['2026-11-21T24:00:00Z', 0],
    ['2026-11-21T03:49:55.1234567890Z', 0],
    ['2026-11-21', 0],
    ['0001-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00+01:00', 0],
    ['9999-12-31T23:59:59Z', 0],
    ['1795232995', 0],
  ])('the time %s is taken or not: %i', async (time, accepted) => {
    expect(await decode({ traces: [trace({ start_time: time })] })).toMatchObject({ accepted });
  });

  test('a missing parent, a doubled span id and the same trace spelled otherwise are fine', async () => {
    const traceId = 'B2DCE7C0-9328-4F4C-AD9E-A01C99B6D8DA';
    const spans = [span({ parent_span_id: 'gone' }), span({ trace_id: 'b2dce7c093284f4cad9ea01c99b6d8da' })];
    expect(await decode({ traces: [trace({ trace_id: traceId, spans })] })).toMatchObject({
      accepted: 1,
      traceIds: [traceId],
    });
  });

  test.each([
    ['left out', '{"name":"n","start_time":"2026-11-21T03:49:55Z","attributes":{"n":9007199254740993}}'],
    ['null', '{"name":"n","trace_id" : null ,"start_time":"2026-11-21T03:49:55Z","attributes":{"n":9007199254740993}}'],
  ])('an id %s is made and put into the body, all else kept', async (_how, sent) => {
    const outcome = await decode(`{"traces":[${sent}]}`);
    expect(outcome).toMatchObject({ madeIds: [MADE], traceIds: [MADE] });
    expect(bodyText(outcome)).toContain('9007199254740993');
    const [slice] = splitNative(Buffer.from(bodyText(outcome)), []);
    expect(slice?.traceId).toBe(MADE);
    expect(JSON.parse(Buffer.from(slice?.payload ?? []).toString())).toMatchObject({ trace_id: MADE, name: 'n' });
  });

  test('a trace without id takes the one its spans name', async () => {
    const outcome = await decode({ traces: [trace({ trace_id: undefined, spans: [span({ trace_id: 'of-span' })] })] });
    expect(outcome).toMatchObject({ madeIds: [], traceIds: ['of-span'] });
    expect(JSON.parse(bodyText(outcome))).toMatchObject({ traces: [{ trace_id: 'of-span' }] });
  });

  test('more attributes than the limit are kept and flagged', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${String(i)}`, i]));
    expect(await decode({ traces: [trace({ spans: [span({ attributes })] })] })).toMatchObject({
      accepted: 1,
      flagged: { too_many_attributes: 1 },
    });
  });
});

describe('OTLP items', () => {
  const good = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2), name: 'n' };
  const send = (spans: readonly object[]): Promise<DecodeOutcome> =>
    decode(Buffer.from(referenceTraces.encode({ resourceSpans: [{ scopeSpans: [{ spans }] }] })), {
      format: 'otlp-protobuf',
    });

  test.each([
    [{ ...good, traceId: new Uint8Array(16) }, 'spans[1].trace_id', 'invalid_trace_id'],
    [{ ...good, traceId: new Uint8Array(15).fill(1) }, 'spans[1].trace_id', 'invalid_trace_id'],
    [{ ...good, spanId: new Uint8Array(0) }, 'spans[1].span_id', 'invalid_span_id'],
    [{ ...good, name: 'n'.repeat(4097) }, 'spans[1].name', 'span_name_too_long'],
  ])('a broken span is refused alone, by its index (case %#)', async (span, field, kind) => {
    expect(await send([good, span, good])).toMatchObject({
      status: 'decoded',
      accepted: 2,
      record: { refused: [1] },
      refusedItems: [{ index: 1, field, kind }],
    });
  });

  test('many attributes and a start in the future are kept and flagged', async () => {
    const attributes = Array.from({ length: 1001 }, (_, i) => ({ key: `k${String(i)}`, value: { intValue: i } }));
    const startTimeUnixNano = String(BigInt(NOW + 3_600_000) * 1_000_000n);
    expect(
      await send([
        { ...good, attributes },
        { ...good, startTimeUnixNano },
      ]),
    ).toMatchObject({
      accepted: 2,
      flagged: { too_many_attributes: 1, clock_skew: 1 },
    });
  });

  test('values nested deeper than the limit refuse a protobuf body, or the JSON span that holds them', async () => {
    const shallow = newDecoder({ nesting: 10 });
    const nest = (levels: number): object => (levels === 0 ? {} : { arrayValue: { values: [nest(levels - 1)] } });
    const send = async (levels: number): Promise<readonly DecodeOutcome[]> => {
      const ids = { traceId: '01'.repeat(16), spanId: '02'.repeat(8) };
      const attributes = [{ key: 'k', value: nest(levels) }];
      const request = (span: object): object => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
      const protobuf = Buffer.from(referenceTraces.encode(request({ ...good, attributes })));
      const json = Buffer.from(JSON.stringify(request({ ...ids, attributes })));
      const input = { signal: 'traces', encoding: 'identity' } as const;
      return [
        await shallow.decode({ ...input, format: 'otlp-protobuf', bytes: protobuf }),
        await shallow.decode({ ...input, format: 'json', bytes: json }),
      ];
    };
    expect(await send(9)).toMatchObject([{ accepted: 1 }, { accepted: 1 }]);
    expect(await send(10)).toMatchObject([
      { status: 'refused', problem: { kind: 'malformed_protobuf' } },
      { accepted: 0, refusedItems: [{ kind: 'nested_too_deep' }] },
    ]);
    await shallow.close();
  });

  test('a log record without a trace is refused by index', async () => {
    const logRecords = [{ traceId: '01'.repeat(16), eventName: 'e' }, { body: { stringValue: 'x' } }];
    const json = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
    expect(await decode(json, { signal: 'logs' })).toMatchObject({
      accepted: 1,
      refusedItems: [{ index: 1, kind: 'missing_trace_id' }],
      record: { format: 'otlp-logs', refused: [] },
    });
    const bytes = Buffer.from(
      referenceLogs.encode({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'e' }] }] }] }),
    );
    expect(await decode(bytes, { signal: 'logs', format: 'otlp-protobuf' })).toMatchObject({
      accepted: 0,
      refusedItems: [{ index: 0, issue: 'log record has no trace_id' }],
    });
  });
});

describe('packed bodies', () => {
  const sent = JSON.stringify({ traces: [trace()] });

  test.each([
    ['gzip', gzipSync(sent)],
    ['gzip', Buffer.concat([gzipSync(sent.slice(0, 20)), gzipSync(sent.slice(20))])],
    ['deflate', deflateSync(sent)],
    ['deflate', deflateRawSync(sent)],
  ] as const)('%s is unpacked', async (encoding, bytes) => {
    expect(bodyText(await decode(bytes, { encoding }))).toBe(sent);
  });

  test('the envelope is unpacked', async () => {
    const outcome = await decode({ compressed: true, data: gzipSync(sent).toString('base64') });
    expect(bodyText(outcome)).toBe(sent);
  });

  test.each([
    ['cut short', gzipSync(sent).subarray(0, -3)],
    ['followed by other bytes', Buffer.concat([gzipSync(sent), Buffer.alloc(3)])],
    ['none at all', Buffer.from(sent)],
    ['empty', Buffer.alloc(0)],
  ])('gzip %s is refused', async (_how, bytes) => {
    expect(await decode(bytes, { encoding: 'gzip' })).toMatchObject({
      status: 'refused',
      problem: { kind: 'broken_compression' },
    });
  });

  test('at the bound a body passes, one byte over it is refused', async () => {
    const small = newDecoder({ unpackedBytes: Buffer.byteLength(sent) });
    const input = { signal: 'traces', format: 'json', encoding: 'gzip' } as const;
    expect(await small.decode({ ...input, bytes: gzipSync(sent) })).toMatchObject({ status: 'decoded' });
    expect(await small.decode({ ...input, bytes: gzipSync(`${sent} `) })).toMatchObject({
      status: 'refused',
      code: 'PAYLOAD_TOO_LARGE',
      problem: { kind: 'unpacked_too_large' },
    });
    await small.close();
  });
});
