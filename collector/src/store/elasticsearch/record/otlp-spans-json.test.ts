import fc from 'fast-check';
import { sentDocumentOf, traceKey } from 'noveum-proto';
import { otlpSpansJson, spanJsonOf, toldSpan } from 'noveum-proto/elasticsearch';

import { anyTrace } from '../../contract/arbitraries.js';
import { spansArrive } from '../../contract/delivery.js';
import { type AttributeValue, spanIdOf, spanModel, type SpanModel, traceIdOf } from '../../contract/models.js';
import { CONTRACT_PRICES } from '../../contract/prices.js';
import type { TraceFragment } from '../../trace-store.js';

const OPTIONS = { maxValueBytes: 1_000, prices: CONTRACT_PRICES };

/** Notes are of the document: what was received is beside the record. */
const withoutNotes = (json: Uint8Array): unknown => {
  const { noveum: _noveum, ...span } = JSON.parse(Buffer.from(json).toString()) as Record<string, unknown>;
  return span;
};

const slowly = (...fragments: readonly TraceFragment[]): unknown[] =>
  (sentDocumentOf(fragments, { maxValueBytes: OPTIONS.maxValueBytes })?.spans ?? []).map((span) =>
    withoutNotes(spanJsonOf(toldSpan(span, CONTRACT_PRICES)).json),
  );

const quickly = (...fragments: readonly TraceFragment[]): unknown[] | null => {
  const told = fragments.flatMap(({ facts, payload }) => (facts === null ? [] : [{ payload, told: facts.genAi.told }]));
  if (told.length < fragments.length) return null;
  return otlpSpansJson(told, OPTIONS)?.map(({ json }) => withoutNotes(json)) ?? null;
};

const arrive = (spans: readonly SpanModel[]): TraceFragment[] =>
  spansArrive(spans).filter(({ facts }) => facts !== null);

const anyName = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
  fc.constantFrom('llm.model', 'gen_ai.request.model', 'gen_ai.usage.input_tokens', 'größe', 'a"b', 'gen_ai.system'),
);
const anyValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.integer({ min: 0 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
);

describe('the JSON of spans, straight from their bytes', () => {
  test('is that of their documents, for any trace that needs none', () => {
    let told = 0;
    fc.assert(
      fc.property(anyTrace(traceIdOf(0)), (spans) => {
        for (const fragment of arrive(spans)) {
          const found = quickly(fragment);
          if (found === null) continue;
          told++;
          expect(found).toEqual(slowly(fragment));
        }
      }),
      { numRuns: 300 },
    );
    expect(told).toBeGreaterThan(20);
  });

  test('is that of their documents, whatever the attributes', () => {
    let told = 0;
    fc.assert(
      fc.property(fc.dictionary(anyName, anyValue, { maxKeys: 8 }), (attributes) => {
        const event = { name: 'note', unixNano: 7n, attributes };
        for (const fragment of arrive([spanModel({ attributes, events: [event] })])) {
          const found = quickly(fragment);
          if (found === null) continue;
          told++;
          expect(found).toEqual(slowly(fragment));
        }
      }),
      { numRuns: 500 },
    );
    expect(told).toBeGreaterThan(200);
  });

  test('is that of the document of several requests', () => {
    const requests = [
      [3, 1],
      [4, 2],
    ].map((numbers) =>
      numbers.map((number) =>
        spanModel({ spanId: spanIdOf(number), parentSpanId: spanIdOf(9), startUnixNano: BigInt(10 - number) }),
      ),
    );
    const fragments = requests.flatMap(arrive);
    expect(quickly(...fragments)).toEqual(slowly(...fragments));
    expect(fragments).toHaveLength(2);
  });

  test.each<[string, Readonly<Record<string, AttributeValue>>]>([
    ['a value longer than the limit', { long: 'x'.repeat(OPTIONS.maxValueBytes + 1) }],
    ['a blank name', { ' ': 1 }],
    ['a very long name', { ['n'.repeat(2_000)]: 1 }],
    ['a negative number', { n: -1 }],
    ['a status told otherwise', { 'langfuse.observation.level': 'ERROR' }],
  ])('is left to the document for %s', (_name, attributes) => {
    const [fragment] = spansArrive([spanModel({ attributes })]);
    expect(fragment === undefined ? null : quickly(fragment)).toBeNull();
  });

  test('puts spans into the order of the document', () => {
    const spans = [3, 1, 2].map((number) =>
      spanModel({ spanId: spanIdOf(number), parentSpanId: spanIdOf(9), startUnixNano: BigInt(10 - number) }),
    );
    const [fragment] = arrive(spans);
    expect(fragment?.traceKey).toBe(traceKey(traceIdOf(0)));
    if (fragment !== undefined) expect(quickly(fragment)).toEqual(slowly(fragment));
  });
});
