import { gzipSync } from 'node:zlib';

import { referenceTraces } from '../../../proto/test/otlp-reference.js';
import { createDecoder, type DecodeLimits, type DecodeOutcome } from './index.js';

const LIMITS: DecodeLimits = {
  bodyBytes: 16 << 20,
  unpackedBytes: 64 << 20,
  attributesPerSpan: 1000,
  attributeValueBytes: 1 << 20,
  nesting: 64,
  spanNameBytes: 4096,
};
const NOW = Date.parse('2026-11-21T08:00:00Z');
const WORKER = new URL('../../dist/decode/decode-worker.js', import.meta.url);
const decoder = createDecoder({ limits: LIMITS, newTraceId: () => 'made', nowMillis: () => NOW, workerFile: WORKER });
afterAll(() => decoder.close());

interface Sent {
  readonly name: string;
  /** Texts, for OTLP; the native API takes any values. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

const TIMES = { startTimeUnixNano: '1795247940000000000', endTimeUnixNano: '1795247941000000000' };
const keyValues = (attributes: Sent['attributes']): readonly object[] =>
  Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const requestOf = (span: object): object => ({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });

/** One span in each of the ways in which a sender may put it. */
const WAYS: Readonly<Record<string, (sent: Sent) => Promise<DecodeOutcome>>> = {
  'OTLP protobuf': ({ name, attributes }) => {
    const ids = { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(2) };
    const span = { ...ids, ...TIMES, name, attributes: keyValues(attributes) };
    const bytes = Buffer.from(referenceTraces.encode(requestOf(span)));
    return decoder.decode({ signal: 'traces', format: 'otlp-protobuf', encoding: 'identity', bytes });
  },
  'OTLP/JSON': ({ name, attributes }) => {
    const ids = { traceId: '01'.repeat(16), spanId: '02'.repeat(8) };
    const bytes = Buffer.from(JSON.stringify(requestOf({ ...ids, ...TIMES, name, attributes: keyValues(attributes) })));
    return decoder.decode({ signal: 'traces', format: 'json', encoding: 'identity', bytes });
  },
  'native JSON': ({ name, attributes }) => {
    const start_time = '2026-11-21T07:59:00Z';
    const span = { span_id: 's', name, start_time, attributes };
    const bytes = Buffer.from(JSON.stringify({ traces: [{ trace_id: 't', name: 'n', start_time, spans: [span] }] }));
    return decoder.decode({ signal: 'traces', format: 'json', encoding: 'identity', bytes });
  },
};

const many = (count: number): Sent['attributes'] =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${String(index)}`, 'v']));

describe.each(Object.keys(WAYS))('by %s', (way) => {
  const send = (sent: Partial<Sent>): Promise<DecodeOutcome> | undefined =>
    WAYS[way]?.({ name: 'n', attributes: {}, ...sent });

  // Two bytes a character: the bound is one of bytes.
  test('a span name of 4,096 bytes is taken, of one more it is refused and counted', async () => {
    expect(await send({ name: 'é'.repeat(2048) })).toMatchObject({ accepted: 1, refusedItems: [] });
    expect(await send({ name: `${'é'.repeat(2048)}n` })).toMatchObject({
      accepted: 0,
      refusedItems: [{ kind: 'span_name_too_long' }],
    });
  });

  test('1,000 attributes pass unmarked, 1,001 are kept and counted', async () => {
    expect(await send({ attributes: many(1000) })).toEqual(expect.objectContaining({ accepted: 1, flagged: {} }));
    expect(await send({ attributes: many(1001) })).toMatchObject({ accepted: 1, flagged: { too_many_attributes: 1 } });
  });

  // Two bytes a character; large enough for the worker, which does the same.
  test('a value of 1 MiB passes unmarked, of one byte more it is kept and counted', async () => {
    const atBound = 'é'.repeat(512 * 1024);
    expect(await send({ attributes: { at: atBound } })).toEqual(expect.objectContaining({ accepted: 1, flagged: {} }));
    expect(await send({ attributes: { at: atBound, over: `${atBound}n` } })).toMatchObject({
      accepted: 1,
      flagged: { value_too_long: 1 },
    });
  });
});

test('a native trace may nest 64 levels, and not one more', async () => {
  // The trace, its spans, the span and its attributes are four of them.
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  const send = (levels: number) => WAYS['native JSON']?.({ name: 'n', attributes: { deep: nested(levels) } });
  expect(await send(60)).toMatchObject({ accepted: 1, refusedItems: [] });
  expect(await send(61)).toMatchObject({ accepted: 0, refusedItems: [{ kind: 'nested_too_deep' }] });
});

test('a body of 64 MiB unpacked is read, of one byte more it is refused', async () => {
  const send = (unpackedBytes: number): Promise<DecodeOutcome> => {
    const bytes = gzipSync('{"traces":[]}'.padEnd(unpackedBytes), { level: 1 });
    return decoder.decode({ signal: 'traces', format: 'json', encoding: 'gzip', bytes });
  };
  expect(await send(LIMITS.unpackedBytes)).toMatchObject({ status: 'decoded' });
  expect(await send(LIMITS.unpackedBytes + 1)).toMatchObject({
    status: 'refused',
    code: 'PAYLOAD_TOO_LARGE',
    problem: { kind: 'unpacked_too_large' },
  });
});
