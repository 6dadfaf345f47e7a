import { SpanStatusCode } from '@opentelemetry/api';
import fc from 'fast-check';
import { createKnownAttributes, type KnownValue, MalformedProtobuf } from 'noveum-proto';

import { readableSpan, readableSpans } from '../../test/readable-spans.js';
import { encode, everywhere, rewritten, told } from '../../test/requests.js';
import { type RecordStages, rewriteRequest } from 'noveum-proto/records';

describe('a request that no stage changes', () => {
  test('is given back as the same reference, whatever was read', () => {
    fc.assert(
      fc.property(readableSpans, (spans) => {
        const request = encode(spans);
        const { request: after, ...counts } = rewriteRequest(request, {
          ...everywhere((text) => text),
          span: [
            (record) => {
              record.mapStrings((text) => text);
              record.limit({ attributesPerSpan: 100, attributeValueLength: 100_000, attributesPerEvent: 100 });
              expect(record.removeAttribute('not there')).toBe(false);
              return undefined;
            },
          ],
        });
        expect(after).toBe(request);
        expect(counts).toEqual({ spanCount: spans.length, dropped: 0, failed: 0 });
      }),
      { numRuns: 60 },
    );
  });
});

test('a record tells what its span says', () => {
  const seen: unknown[] = [];
  const span = readableSpan({
    name: 'chat',
    parentSpanContext: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: '00f067aa0ba902b7', traceFlags: 1 },
    status: { code: SpanStatusCode.ERROR, message: 'no such model' },
    attributes: { text: 'é', int: -7, big: 2 ** 60, double: 0.5, yes: true, list: ['a', 1], none: null } as never,
  });
  rewriteRequest(encode([span]), {
    span: [
      (record) => {
        const { traceId, spanId, parentSpanId, name, kind, startUnixNano, endUnixNano, statusCode } = record;
        seen.push({ traceId, spanId, parentSpanId, name, kind, startUnixNano, endUnixNano, statusCode });
        seen.push(record.statusMessage, record.allAttributes(), record.countAttributes(), record.attribute('int'));
        seen.push(record.resource.attribute('service.name'), record.scope.name, record.scope.version);
        return undefined;
      },
    ],
  });
  expect(seen).toEqual([
    {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      parentSpanId: '00f067aa0ba902b7',
      name: 'chat',
      kind: 3,
      startUnixNano: 1_700_000_000_000_000_001n,
      endUnixNano: 1_700_000_001_999_999_999n,
      statusCode: 2,
    },
    'no such model',
    { text: 'é', int: -7, big: 2 ** 60, double: 0.5, yes: true, list: ['a', 1], none: null },
    7,
    -7,
    'shop',
    'noveum-trace',
    '0.1.0',
  ]);
});

test('edits show, later stages see them, and nothing else changes', () => {
  fc.assert(
    fc.property(readableSpans, fc.string(), (spans, value) => {
      const request = encode(spans);
      const seen: unknown[] = [];
      const after = rewritten(request, {
        span: [
          (record) => {
            record.setAttribute('noveum.new', value);
            record.setAttribute('noveum.number', 1.5);
            record.setName('renamed');
            return undefined;
          },
          (record) => {
            seen.push([record.attribute('noveum.new'), record.name]);
            record.setAttribute('noveum.number', { deep: [1, 'x'] });
            return undefined;
          },
        ],
      });
      expect(seen).toEqual(spans.map(() => [value, 'renamed']));
      const added = { 'noveum.new': value, 'noveum.number': { deep: [1, 'x'] } };
      const wanted = spans.map((span) => ({ ...span, name: 'renamed', attributes: { ...span.attributes, ...added } }));
      expect(told(after)).toEqual(told(encode(wanted as never)));
    }),
    { numRuns: 40 },
  );
});

test('an attribute is replaced where it stood, and every one of a repeated key', () => {
  const request = encode([readableSpan({ attributes: { a: 1, b: 2, c: 3 } })]);
  const attributesOf = (bytes: Uint8Array): unknown => told(bytes)[0]!.span.attributes;
  const twice = rewritten(request, {
    span: [
      (record) => {
        record.setAttribute('b', 'two');
        return record.removeAttribute('c') ? undefined : 'drop';
      },
    ],
  });
  expect(attributesOf(twice)).toEqual({ a: { intValue: '1' }, b: { stringValue: 'two' } });
});

test.each([
  ['a length in more bytes than it takes', [10, 0x81, 0, 107, 18, 2, 24, 5]],
  ['the value before the key', [18, 2, 24, 5, 10, 1, 107]],
  ['a long key', [10, 0x80 | (200 & 127), 200 >> 7, ...new Array<number>(200).fill(107), 18, 2, 24, 5]],
])('an attribute is found, replaced and taken away, laid out with %s', (_layout, pair) => {
  const field = (tag: number, content: readonly number[]): number[] => [
    tag,
    0x80 | (content.length & 127),
    content.length >> 7,
    ...content,
  ];
  const request = Uint8Array.from(field(10, field(18, field(18, field(74, pair)))));
  const key = pair.includes(0x80 | (200 & 127)) ? 'k'.repeat(200) : 'k';
  const seen: unknown[] = [];
  const after = rewritten(request, {
    span: [
      (record) => {
        seen.push(record.attribute(key));
        record.setAttribute(key, 'new');
        seen.push(record.countAttributes(), record.attribute(key));
        return undefined;
      },
    ],
  });
  expect(seen).toEqual([5, 1, 'new']);
  expect(told(after)[0]!.span.attributes).toEqual({ [key]: { stringValue: 'new' } });
  const none = rewritten(after, {
    span: [(record) => (record.removeAttribute(key) ? undefined : 'drop')],
  });
  expect(told(none)).toMatchObject([{}]);
  expect(told(none)[0]!.span).toBeUndefined();
});

test('values of known keys are read in one pass', () => {
  const known = createKnownAttributes(['gen_ai.request.model', 'gen_ai.usage.input_tokens', 'absent']);
  const values: KnownValue[] = [];
  const slots: number[] = [];
  rewriteRequest(
    encode([
      readableSpan({ attributes: { other: 1, 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 5 } }),
    ]),
    {
      span: [
        (record) => {
          record.readKnown(known, values, slots);
          return undefined;
        },
      ],
    },
  );
  expect(values).toEqual(['gpt-4o', 5]);
  expect(slots).toEqual([0, 1]);
});

describe('spans that are left out', () => {
  const names = (bytes: Uint8Array): unknown[] =>
    told(bytes)
      .map(({ span }) => span.name)
      .sort();

  test('are counted, and take an empty scope and resource with them', () => {
    fc.assert(
      fc.property(readableSpans, fc.nat(3), (spans, modulus) => {
        const numbered = spans.map((span, i) => ({ ...span, name: String(i) }));
        const isDropped = (name: string): boolean => Number(name) % (modulus + 1) === 0;
        const outcome = rewriteRequest(encode(numbered), {
          span: [(record) => (isDropped(record.name) ? 'drop' : undefined)],
        });
        const kept = numbered.filter(({ name }) => !isDropped(name));
        expect([outcome.spanCount, outcome.dropped]).toEqual([kept.length, spans.length - kept.length]);
        if (kept.length === 0) expect(outcome.request).toHaveLength(0);
        else expect(told(outcome.request)).toEqual(told(encode(kept)));
      }),
      { numRuns: 60 },
    );
  });

  test('are seen by no later stage', () => {
    const later = jest.fn(() => undefined);
    rewriteRequest(encode([readableSpan()]), { span: [() => 'drop', later] });
    expect(later).not.toHaveBeenCalled();
  });

  test('are those that a stage threw at, where somebody hears of it', () => {
    const broken: RecordStages = {
      span: [
        (record) => {
          if (record.name === 'bad') throw new Error('broken stage');
          return undefined;
        },
      ],
    };
    const request = encode([readableSpan({ name: 'good' }), readableSpan({ name: 'bad' })]);
    const errors: unknown[] = [];
    const outcome = rewriteRequest(request, broken, { onStageError: (error) => errors.push(error) });
    expect([outcome.spanCount, outcome.failed, outcome.dropped, errors.length]).toEqual([1, 1, 0, 1]);
    expect(names(outcome.request)).toEqual(['good']);
    expect(() => rewriteRequest(request, broken)).toThrow('broken stage');
  });
});

test('a resource or scope is edited once for all its spans', () => {
  const request = encode([readableSpan({ name: 'a' }), readableSpan({ name: 'b' })]);
  let runs = 0;
  const after = rewritten(request, {
    resource: [
      (record) => {
        runs++;
        record.setAttribute('cloud.region', 'eu');
      },
    ],
    scope: [(record) => record.setAttribute('scoped', true)],
  });
  expect(runs).toBe(1);
  expect(told(after)).toMatchObject(
    ['a', 'b'].map((name) => ({
      span: { name },
      resource: { attributes: { 'cloud.region': { stringValue: 'eu' }, 'service.name': { stringValue: 'shop' } } },
      scope: { name: 'noveum-trace', attributes: { scoped: { boolValue: true } } },
    })),
  );
});

test('bytes that are no request are refused with one kind of error, or read as what they happen to be', () => {
  fc.assert(
    fc.property(readableSpans, fc.nat(), fc.nat(255), fc.boolean(), (spans, place, byte, isCut) => {
      const request = encode(spans);
      const at = place % request.length;
      const broken = isCut ? request.slice(0, at) : request.with(at, byte);
      try {
        rewriteRequest(
          broken,
          everywhere((text) => `${text}!`),
        );
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedProtobuf);
      }
    }),
    { numRuns: 200 },
  );
  expect(() => rewriteRequest(new Uint8Array([10, 5, 1]), {})).toThrow(MalformedProtobuf);
});

test('a value that is nested without end is refused, not followed', () => {
  const field = (tag: number, content: readonly number[]): number[] => {
    const { length } = content;
    return [tag, ...(length < 128 ? [length] : [(length & 127) | 128, length >> 7]), ...content];
  };
  let value = field(10, [120]);
  for (let i = 0; i < 70; i++) value = field(42, field(10, value));
  const attribute = [...field(10, [107]), ...field(18, value)];
  const request = Uint8Array.from(field(10, field(18, field(18, field(74, attribute)))));
  expect(() =>
    rewritten(
      request,
      everywhere((text) => text),
    ),
  ).toThrow('nested deeper than the limit');
});
