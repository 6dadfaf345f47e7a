import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { toTraceDocument } from 'noveum-proto';

import { referenceTraces } from '../../../proto/test/otlp-reference.js';
import { fragmentsOf } from '../normalise/index.js';
import { createDecoder, splitNative, type BodyFormat, type DecodeOutcome, type Signal } from './index.js';

/** 1,000,000 bodies in the long run: NOVEUM_FUZZ_BODIES=1000000. */
const bodies = Number(process.env['NOVEUM_FUZZ_BODIES'] ?? (process.env['CI'] === 'true' ? 20_000 : 2_000));
const numRuns = Math.ceil(bodies / 4);

const FIXTURES = new URL('../../../proto/test/fixtures/', import.meta.url);
const fixtures = (folder: string, ending: string): Buffer[] =>
  readdirSync(new URL(folder, FIXTURES))
    .filter((name) => name.endsWith(ending) && !name.includes('.http.') && !name.includes('.logs.'))
    .map((name) => readFileSync(new URL(folder + name, FIXTURES)))
    .filter((bytes) => bytes.length < 100_000);

const protobufBodies = fixtures('otlp/', '.pb');
const [native] = JSON.parse(fixtures('native/', '.json')[0]?.toString() ?? '[]') as { json: unknown }[];
const nativeBody = Buffer.from(JSON.stringify(native?.json));
const jsonBodies = [...fixtures('otlp/', '.json'), nativeBody, nativeBody];

const decoder = createDecoder({
  limits: {
    bodyBytes: 1 << 20,
    unpackedBytes: 1 << 20,
    attributesPerSpan: 1000,
    attributeValueBytes: 1 << 20,
    nesting: 64,
    spanNameBytes: 4096,
  },
  newTraceId: () => '00000000-0000-4000-8000-000000000001',
  nowMillis: () => Date.parse('2026-11-21T08:00:00Z'),
});
afterAll(() => decoder.close());

interface Mutation {
  readonly place: number;
  readonly kind: number;
  readonly bytes: Uint8Array;
}

const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({ place: fc.nat(), kind: fc.nat(4), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
  { minLength: 1, maxLength: 6 },
);

/** Overwrites, inserts, removes, cuts short or doubles bytes. */
const mutate = (body: Buffer, { place, kind, bytes }: Mutation): Buffer => {
  const at = place % (body.length + 1);
  const before = body.subarray(0, at);
  switch (kind) {
    case 0:
      return Buffer.concat([before, bytes, body.subarray(at + bytes.length)]);
    case 1:
      return Buffer.concat([before, bytes, body.subarray(at)]);
    case 2:
      return Buffer.concat([before, body.subarray(at + bytes.length)]);
    case 3:
      return bytes.length > 9 ? Buffer.from(before) : Buffer.concat([before, body.subarray(at - bytes.length)]);
    default:
      return Buffer.concat([before, bytes.subarray(0, 1), body.subarray(at + 1)]);
  }
};

const mutated = (originals: readonly Buffer[]): fc.Arbitrary<Buffer> =>
  fc.tuple(fc.constantFrom(...originals), mutations).map(([body, list]) => list.reduce(mutate, body));

const isGoodId = (id: unknown, length: number): boolean =>
  id instanceof Uint8Array && id.length === length && id.some((byte) => byte !== 0);

interface Spans {
  readonly resourceSpans?: { scopeSpans?: { spans?: { traceId?: unknown; spanId?: unknown; name?: string }[] }[] }[];
}

/** Spans with good ids, as the reference codec reads them; null: it can't. */
const referenceCount = (bytes: Uint8Array): number | null => {
  try {
    const data: Spans = referenceTraces.decodeToObject(bytes);
    const spans = (data.resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
      scopeSpans.flatMap((scope) => scope.spans ?? []),
    );
    return spans.filter((span) => isGoodId(span.traceId, 16) && isGoodId(span.spanId, 8)).length;
  } catch {
    return null;
  }
};

const expectSound = (outcome: DecodeOutcome): void => {
  if (outcome.status === 'refused') {
    expect(outcome.problem.issue).not.toBe('');
    return;
  }
  const { record, accepted, refusedItems } = outcome;
  if (record.format === 'native') expect(splitNative(record.body, record.refused)).toHaveLength(accepted);
  if (record.format === 'otlp-traces') expect(referenceCount(record.body) ?? accepted).toBeGreaterThanOrEqual(accepted);
  const arrived = { receivedAtMillis: 1, project: null, keyEnvironment: null, redactionVersion: 0 };
  for (const fragment of fragmentsOf({ ...record, ...arrived })) expect(toTraceDocument([fragment])).not.toBeNull();
  for (const item of refusedItems) expect(item.kind).not.toBe('');
};

test('mutated OTLP protobuf is refused, or gives the spans that the reference codec reads', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(protobufBodies), async (bytes) => {
      const outcome = await decoder.decode({ signal: 'traces', format: 'otlp-protobuf', encoding: 'identity', bytes });
      const expected = referenceCount(bytes);
      if (outcome.status === 'decoded' && expected !== null) expect(outcome.accepted).toBe(expected);
      expectSound(outcome);
    }),
    { numRuns },
  );
});

test('what the reference codec writes is accepted whole', async () => {
  for (const bytes of protobufBodies) {
    const again = Buffer.from(referenceTraces.encode(referenceTraces.decodeToObject(bytes)));
    const outcome = await decoder.decode({
      signal: 'traces',
      format: 'otlp-protobuf',
      encoding: 'identity',
      bytes: again,
    });
    expect(outcome).toMatchObject({ status: 'decoded', accepted: referenceCount(bytes), refusedItems: [] });
  }
});

test('mutated JSON is refused or decoded', async () => {
  await fc.assert(
    fc.asyncProperty(mutated(jsonBodies), async (bytes) => {
      expectSound(await decoder.decode({ signal: 'traces', format: 'json', encoding: 'identity', bytes }));
    }),
    { numRuns },
  );
});

test('JSON of native shape with any values is refused or decoded', async () => {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('2026-11-21T03:49:55Z', 'ok', 'a', 'b', null));
  const span = fc.record(
    { span_id: value, trace_id: value, parent_span_id: value, name: value, start_time: value, attributes: value },
    { requiredKeys: [] },
  );
  const trace = fc.record(
    { trace_id: value, name: value, start_time: value, status: value, spans: fc.oneof(value, fc.array(span)) },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(trace, value)), async (traces) => {
      const bytes = Buffer.from(JSON.stringify({ traces }));
      expectSound(await decoder.decode({ signal: 'traces', format: 'json', encoding: 'identity', bytes }));
    }),
    { numRuns },
  );
});

test('any bytes under any heading are refused or decoded', async () => {
  const signal = fc.constantFrom<Signal[]>('traces', 'trace', 'logs');
  const format = fc.constantFrom<BodyFormat[]>('json', 'otlp-protobuf');
  const encoding = fc.constantFrom('identity' as const, 'gzip' as const, 'deflate' as const);
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((value) => Buffer.from(value)),
    mutated(protobufBodies.map((body) => gzipSync(body))),
    fc.uint8Array({ maxLength: 300 }).map((value) => gzipSync(value)),
  );
  await fc.assert(
    fc.asyncProperty(fc.record({ signal, format, encoding, bytes }), async (input) => {
      expectSound(await decoder.decode(input));
    }),
    { numRuns },
  );
});
