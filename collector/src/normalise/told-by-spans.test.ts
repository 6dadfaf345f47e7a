import { encodeTracesJson, parseExact } from 'noveum-proto';

import { fragmentsOf } from './index.js';

const LIMITS = { attributesPerSpan: 1000, attributeValueBytes: 1 << 20, nesting: 64, spanNameBytes: 4096 };

interface Said {
  readonly attributes?: readonly object[];
  readonly traceState?: string;
}

/** What is seen on the way of one trace: a root, and its children. */
const factsOf = (root: Said, ...children: readonly Said[]) => {
  const spans = [root, ...children].map((said, at) => ({
    traceId: 'a'.repeat(32),
    spanId: String(at + 1).padStart(16, '0'),
    ...(at === 0 ? {} : { parentSpanId: '1'.padStart(16, '0') }),
    name: 'work',
    startTimeUnixNano: String(1_764_000_000_000_000_000n + BigInt(at)),
    endTimeUnixNano: '1764000000100000000',
    ...said,
  }));
  const outcome = encodeTracesJson(
    parseExact(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })),
    LIMITS,
  );
  if (outcome.status !== 'encoded') throw new Error(outcome.status);
  const [fragment] = fragmentsOf({
    format: 'otlp-traces',
    body: outcome.bytes.slice(),
    project: 'shop',
    keyEnvironment: null,
    receivedAtMillis: 7,
    redactionVersion: 0,
    refused: [],
  });
  return fragment?.facts ?? null;
};

const attribute = (key: string, value: object) => ({ key, value });
const weight = (value: number): Said => ({
  attributes: [attribute('noveum.sample_weight', { doubleValue: value })],
});
const own = (...said: readonly (readonly [string, object])[]): Said => ({
  attributes: said.map(([name, value]) => attribute(`noveum.metadata.${name}`, value)),
});
const text = (stringValue: string) => ({ stringValue });

test.each<[string, number | undefined, readonly [Said, ...Said[]]]>([
  ['its root says', 4, [weight(4), weight(9)]],
  ['its root says, itself alone', 1, [weight(1), weight(9)]],
  ['its earliest other span says', 9, [{}, weight(9), weight(2)]],
  ['a trace state says', 4, [{ traceState: 'vendor=x,ot=th:c' }]],
  ['an attribute says, before the trace state', 8, [{ ...weight(8), traceState: 'ot=th:c' }]],
  ['nobody says', undefined, [{ traceState: 'vendor=x' }]],
  ['is no weight', undefined, [weight(0.5)]],
])('the weight of a trace that %s is seen on the way', (_, expected, [root, ...children]) => {
  const facts = factsOf(root, ...children);
  expect(facts).not.toBeNull();
  expect(facts?.weight?.weight).toBe(expected);
});

test("an application's own words are seen on the way, the root's before others'", () => {
  const facts = factsOf(
    own(['plan', text('pro')], ['seats', { intValue: '3' }], ['', text('no name')]),
    own(['plan', text('free')], ['paid', { boolValue: true }], ['plan', text('none')]),
  );
  expect(facts?.custom.map(({ name, value }) => [name, value])).toEqual([
    ['plan', 'pro'],
    ['seats', 3],
    ['paid', true],
  ]);
});

test.each<[string, Said]>([
  ['a list', own(['list', { arrayValue: { values: [text('a')] } }])],
  ['a map', own(['map', { kvlistValue: { values: [] } }])],
  ['more than 1,024 bytes', own(['long', text('x'.repeat(1022))])],
  ['65 names', own(...Array.from({ length: 65 }, (_, at) => [`n${String(at)}`, text('x')] as const))],
])('what holds %s is left to the document', (_, said) => {
  expect(factsOf(said)).toBeNull();
});

test('what is as long, and as many, as is taken is taken', () => {
  const long = own(['long', text('x'.repeat(1021))]);
  expect(factsOf(long)?.custom).toHaveLength(1);
  const many = own(...Array.from({ length: 64 }, (_, at) => [`n${String(at)}`, text('x')] as const));
  expect(factsOf(many)?.custom).toHaveLength(64);
});
