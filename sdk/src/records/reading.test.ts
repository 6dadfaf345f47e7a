import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { createKnownAttributes, encodeTracesJson, MalformedProtobuf } from 'noveum-proto';

import { meaningOfTraces } from '../../../proto/test/otlp-meaning.js';
import { readableSpan, readableSpans } from '../../test/readable-spans.js';
import { encode } from '../../test/requests.js';
import { otlpJsonOf, selectSpans, spansOf, splitRequest, splitSpans } from 'noveum-proto/records';
import { readableSpansOf } from './index.js';

const numbered = (spans: readonly ReadableSpan[]): ReadableSpan[] =>
  spans.map((span, i) => ({ ...span, name: String(i) }));
const namesOf = (request: Uint8Array): string[] => readableSpansOf(request).map(({ name }) => name);

describe('spansOf', () => {
  test('tells of each span what its bytes say, in their order', () => {
    const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED };
    const context = { ...parent, spanId: '3'.repeat(16) };
    const spans = [
      readableSpan({ spanContext: () => context, attributes: { 'llm.cost': 0.25, other: 1 } }),
      readableSpan({
        spanContext: () => context,
        parentSpanContext: parent,
        status: { code: SpanStatusCode.ERROR, message: 'no' },
      }),
      readableSpan({ spanContext: () => context, parentSpanContext: { ...parent, isRemote: true } }),
      readableSpan({ instrumentationScope: { name: 'other' } }),
    ];
    const request = encode(spans);
    const facts = spansOf(request, createKnownAttributes(['llm.cost']));
    expect(facts).toMatchObject([
      {
        index: 0,
        resourceIndex: 0,
        scopeIndex: 0,
        traceId: context.traceId,
        spanId: context.spanId,
        parentSpanId: undefined,
        startUnixNano: 1_700_000_000_000_000_001n,
        endUnixNano: 1_700_000_001_999_999_999n,
        statusCode: 0,
        flags: 0x101,
        isLocalRoot: true,
        values: [0.25],
      },
      { index: 1, parentSpanId: parent.spanId, statusCode: 2, isLocalRoot: false, values: [] },
      { index: 2, parentSpanId: parent.spanId, flags: 0x301, isLocalRoot: true },
      { index: 3, resourceIndex: 0, scopeIndex: 1 },
    ]);
    const [first] = facts;
    expect(Buffer.from(request.subarray(first!.start, first!.end)).includes('llm.cost')).toBe(true);
  });
});

describe('taking a request apart', () => {
  test('each span goes with its resource and scope to the part that is named, or to none', () => {
    fc.assert(
      fc.property(
        readableSpans,
        fc.array(fc.option(fc.nat(2), { nil: undefined }), { minLength: 4 }),
        (spans, keys) => {
          const request = encode(numbered(spans));
          const names = namesOf(request);
          const parts = splitSpans(request, (index) => keys[index]);
          for (const key of [0, 1, 2]) {
            const wanted = names.filter((_name, index) => keys[index] === key);
            const part = parts.get(key);
            expect(part?.spanCount ?? 0).toBe(wanted.length);
            if (part === undefined) continue;
            const own = numbered(spans).filter(({ name }) => wanted.includes(name));
            expect(meaningOfTraces(part.request)).toEqual(meaningOfTraces(encode(own)));
            expect(selectSpans(request, (index) => keys[index] === key)).toEqual(part);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('where none is wanted, nothing is selected; where all are, it is the same request', () => {
    const request = encode([readableSpan(), readableSpan({ instrumentationScope: { name: 'other' } })]);
    expect(selectSpans(request, () => false)).toBeUndefined();
    expect(Buffer.from(selectSpans(request, () => true)!.request).equals(request)).toBe(true);
  });

  test('a request is cut into parts of about the same size, none of them empty', () => {
    const request = encode(
      Array.from({ length: 90 }, (_, i) => readableSpan({ name: String(i), attributes: { text: 'x'.repeat(i * 10) } })),
    );
    const parts = splitRequest(request, 3);
    expect(parts.flatMap((part) => namesOf(part.request))).toEqual(namesOf(request));
    for (const part of parts) expect(Math.abs(part.request.length / request.length - 1 / 3)).toBeLessThan(0.02);
    const huge = readableSpan({ attributes: { text: 'x'.repeat(100_000) } });
    expect(splitRequest(encode([readableSpan(), huge]), 2).map(({ spanCount }) => spanCount)).toEqual([1, 1]);
    expect(splitRequest(encode([huge, readableSpan()]), 2).map(({ spanCount }) => spanCount)).toEqual([1, 1]);
    expect(splitRequest(encode([huge]), 2)).toHaveLength(1);
  });
});

describe('readableSpansOf', () => {
  test('encoded again, its spans say the same', () => {
    fc.assert(
      fc.property(readableSpans, (spans) => {
        const request = encode(spans);
        expect(meaningOfTraces(encode(readableSpansOf(request)))).toEqual(meaningOfTraces(request));
      }),
      { numRuns: 60 },
    );
  });

  test('a span is what it was, for an exporter of the stock SDK', () => {
    const link = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0, isRemote: true };
    const span = readableSpan({
      parentSpanContext: {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: '2'.repeat(16),
        traceFlags: 1,
        isRemote: true,
      },
      attributes: { text: 'é', number: 2 ** 60, list: ['a', 'b'], yes: true, __proto__key: 1 },
      events: [{ name: 'e', time: [1, 2], attributes: { n: 0.5 }, droppedAttributesCount: 3 }],
      links: [{ context: link, attributes: {}, droppedAttributesCount: 0 }],
      status: { code: SpanStatusCode.ERROR, message: 'no such model' },
      droppedEventsCount: 4,
    });
    const [read] = readableSpansOf(encode([span]));
    const { spanContext, resource, ...rest } = read!;
    const { spanContext: contextBefore, resource: resourceBefore, ...before } = span;
    expect(rest).toEqual(before);
    expect(spanContext()).toEqual(contextBefore());
    expect(resource.attributes).toEqual(resourceBefore.attributes);
  });

  test('a key that objects know keeps its value and harms nothing', () => {
    const request = encode([readableSpan({ attributes: Object.fromEntries([['__proto__', 'mine']]) })]);
    const [span] = readableSpansOf(request);
    expect(Object.entries(span!.attributes)).toEqual([['__proto__', 'mine']]);
  });
});

describe('otlpJsonOf', () => {
  test('says what the protobuf says, to a reader of OTLP/JSON', () => {
    const limits = { nesting: 100, attributesPerSpan: 1_000, spanNameBytes: 100_000 };
    fc.assert(
      fc.property(readableSpans, (spans) => {
        const request = encode(spans);
        const outcome = encodeTracesJson(JSON.parse(otlpJsonOf(request)), limits);
        if (outcome.status !== 'encoded') throw new Error(outcome.problem.issue);
        expect(outcome.refused).toEqual([]);
        expect(meaningOfTraces(outcome.bytes)).toEqual(meaningOfTraces(request));
      }),
      { numRuns: 60 },
    );
  });

  test('is the JSON of the stock exporter, but for numbers and fields of their default value', () => {
    const spans = [
      readableSpan({
        attributes: {
          text: 'é\ud800',
          int: 5,
          double: 0.5,
          list: ['a'],
          yes: false,
          map: { in: 1 },
          bytes: new Uint8Array([1, 2]),
        } as never,
        events: [{ name: 'e', time: [1, 2] }],
        droppedLinksCount: 2,
        status: { code: SpanStatusCode.ERROR, message: 'no' },
      }),
    ];
    const stock = JSON.parse(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans))) as unknown;
    expect(stock).toMatchObject(
      JSON.parse(
        otlpJsonOf(encode(spans))
          .replace('"intValue":"5"', '"intValue":5')
          .replace('"intValue":"1"', '"intValue":1')
          .replace('\ufffd', '\\ud800'),
      ) as object,
    );
  });
});

test('bytes that are no request are refused with one kind of error, or read as what they happen to be', () => {
  fc.assert(
    fc.property(readableSpans, fc.nat(), fc.nat(255), fc.boolean(), (spans, place, byte, isCut) => {
      const request = encode(spans);
      const at = place % request.length;
      const broken = isCut ? request.slice(0, at) : request.with(at, byte);
      for (const read of [spansOf, readableSpansOf, otlpJsonOf, (bytes: Uint8Array) => splitRequest(bytes, 2)])
        try {
          read(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedProtobuf);
        }
    }),
    { numRuns: 100 },
  );
});
