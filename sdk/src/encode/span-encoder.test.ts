import { SpanStatusCode } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';

import { meaningOfTraces } from '../../../proto/test/otlp-meaning.js';
import { referenceTraces } from '../../../proto/test/otlp-reference.js';
import { readableSpan, readableSpans } from '../../test/readable-spans.js';
import { createSpanEncoder } from './index.js';

type Message = Record<string, unknown>;
const list = (value: unknown): Message[] => (value ?? []) as Message[];

const encode = (spans: readonly ReadableSpan[]): Uint8Array<ArrayBuffer> => {
  const encoder = createSpanEncoder({ initialBytes: 64 });
  for (const span of spans) encoder.append(span);
  return encoder.take()!.request;
};
const resourcesOf = (bytes: Uint8Array): Message[] => list(referenceTraces.decodeToObject(bytes).resourceSpans);
const onlySpan = (bytes: Uint8Array): Message => list(list(resourcesOf(bytes)[0]!.scopeSpans)[0]!.spans)[0]!;
const stock = (spans: ReadableSpan[]): Uint8Array => ProtobufTraceSerializer.serializeRequest(spans)!;

test('says what the stock encoder says, of any spans', () => {
  fc.assert(
    fc.property(readableSpans, (spans) => {
      expect(meaningOfTraces(encode(spans))).toEqual(meaningOfTraces(stock(spans)));
    }),
    { numRuns: 100 },
  );
});

test('says what the stock encoder says of spans that the stock SDK made', () => {
  const exporter = new InMemorySpanExporter();
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('t', '1');
  for (let i = 0; i < 3; i++) {
    const span = tracer.startSpan(`chat ${String(i)}`, { attributes: { list: ['a', 'b'], n: i, ok: true, d: 0.5 } });
    span.recordException(new Error('no such model'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no such model' });
    span.end();
  }
  const spans = exporter.getFinishedSpans();
  expect(meaningOfTraces(encode(spans))).toEqual(meaningOfTraces(stock(spans)));
});

test('groups spans by resource and scope however they come, in order within a scope', () => {
  const resources = [resourceFromAttributes({ r: 0 }), resourceFromAttributes({ r: 1 })];
  const scopes = [{ name: 's0' }, { name: 's1' }];
  const spans = Array.from({ length: 12 }, (_, i) =>
    readableSpan({ name: String(i), resource: resources[i % 2]!, instrumentationScope: scopes[(i >> 1) % 2]! }),
  );
  const names = resourcesOf(encode(spans)).map(({ scopeSpans }) =>
    list(scopeSpans).map((scope) => list(scope.spans).map(({ name }) => name)),
  );
  expect(names).toEqual([
    [
      ['0', '4', '8'],
      ['2', '6', '10'],
    ],
    [
      ['1', '5', '9'],
      ['3', '7', '11'],
    ],
  ]);
});

test('writes every length in as few bytes as the stock encoder', () => {
  const spans = [0, 100, 127, 128, 16_383, 16_384, 70_000].map((length) =>
    readableSpan({ name: 'n'.repeat(length), attributes: { a: 'ä'.repeat(length), b: ['b'.repeat(length)] } }),
  );
  const sizeOf = (bytes: Uint8Array) => referenceTraces.encode(referenceTraces.decodeToObject(bytes)).length;
  const bytes = encode(spans);
  expect(bytes.length).toBe(sizeOf(bytes));
});

test('a request is a buffer of its own, and the encoder starts anew', () => {
  const encoder = createSpanEncoder();
  expect(encoder.take()).toBeUndefined();
  encoder.append(readableSpan({ name: 'first' }));
  const first = encoder.take()!;
  const copy = first.request.slice();
  expect([encoder.spanCount, encoder.byteLength]).toEqual([0, 0]);
  encoder.append(readableSpan({ name: 'second' }));
  encoder.append(readableSpan({ name: 'third' }));
  const second = encoder.take()!;
  expect([first.spanCount, second.spanCount, encoder.take()]).toEqual([1, 2, undefined]);
  expect(first.request).toEqual(copy);
  expect(first.request.byteOffset).toBe(0);
  expect(structuredClone(second.request, { transfer: [second.request.buffer] })).toHaveLength(182);
});

test('byteLength is near what take gives', () => {
  const encoder = createSpanEncoder();
  for (let i = 0; i < 100; i++) encoder.append(readableSpan({ attributes: { text: 'x'.repeat(500) } }));
  const announced = encoder.byteLength;
  expect(Math.abs(announced / encoder.take()!.request.length - 1)).toBeLessThan(0.02);
});

test('a buffer that was given back is used again, one that is elsewhere is not', () => {
  const encoder = createSpanEncoder();
  const requestOf = (name: string) => {
    encoder.append(readableSpan({ name }));
    return encoder.take()!.request;
  };
  const first = requestOf('a');
  encoder.reuse(first.buffer);
  const second = requestOf('b');
  expect(second.buffer).toBe(first.buffer);
  expect(onlySpan(second).name).toBe('b');
  structuredClone(null, { transfer: [second.buffer] });
  encoder.reuse(second.buffer);
  expect(onlySpan(requestOf('c')).name).toBe('c');
});

test('spans of the SDK before 2.0 keep parent and scope; whether the parent was remote is not claimed', () => {
  const { parentSpanContext: _none, instrumentationScope: _scope, ...rest } = readableSpan();
  const former = {
    ...rest,
    parentSpanId: '00f067aa0ba902b7',
    instrumentationLibrary: { name: 'former', version: '0.9' },
  } as unknown as ReadableSpan;
  const bytes = encode([former]);
  const { parentSpanId, flags } = onlySpan(bytes);
  expect(Buffer.from(parentSpanId as Uint8Array).toString('hex')).toBe('00f067aa0ba902b7');
  expect(flags).toBe(1);
  expect(list(resourcesOf(bytes)[0]!.scopeSpans)[0]!.scope).toEqual({ name: 'former', version: '0.9' });
});

describe('what can not be encoded', () => {
  const hostile = (): Record<string, unknown> => ({
    before: 1,
    get broken(): string {
      throw new Error('no');
    },
    after: 'two',
  });

  test('is left out alone, and counted in the span as dropped', () => {
    const encoder = createSpanEncoder();
    encoder.append(
      readableSpan({
        attributes: hostile() as never,
        droppedAttributesCount: 4,
        events: [{ name: 'e', time: [1, 1], attributes: hostile() as never }, null as never],
        links: [null as never],
      }),
    );
    const span = onlySpan(encoder.take()!.request);
    expect(list(span.attributes).map(({ key }) => key)).toEqual(['before', 'after']);
    expect(span).toMatchObject({ droppedAttributesCount: 5, droppedEventsCount: 1, droppedLinksCount: 1 });
    expect(list(span.events)).toMatchObject([{ name: 'e', droppedAttributesCount: 1 }]);
    expect([encoder.omittedValues, encoder.omittedSpans]).toEqual([4, 0]);
  });

  test('is the span, where it has no context: others go on', () => {
    const encoder = createSpanEncoder();
    const broken = () => {
      throw new Error('no');
    };
    encoder.append(readableSpan({ name: 'a' }));
    encoder.append(readableSpan({ spanContext: broken }));
    encoder.append({} as ReadableSpan);
    encoder.append(readableSpan({ name: 'b' }));
    const { request, spanCount } = encoder.take()!;
    expect([spanCount, encoder.omittedSpans, meaningOfTraces(request).length]).toEqual([2, 2, 2]);
  });

  test('is an empty resource or scope, where its attributes can not be read', () => {
    const encoder = createSpanEncoder();
    const broken = {
      get attributes(): never {
        throw new Error('no');
      },
    };
    encoder.append(readableSpan({ resource: broken as never, instrumentationScope: { name: 's' } }));
    expect(resourcesOf(encoder.take()!.request)).toMatchObject([{ scopeSpans: [{ scope: { name: 's' } }] }]);
    expect(encoder.omittedValues).toBe(1);
  });

  test('is what lies deeper than thirty levels, a value that holds itself included', () => {
    const encoder = createSpanEncoder();
    const deep = (levels: number): unknown => (levels === 0 ? 'end' : { in: deep(levels - 1) });
    encoder.append(readableSpan({ attributes: { at: deep(30) as never } }));
    expect(encoder.omittedValues).toBe(0);
    encoder.append(readableSpan({ attributes: { beyond: deep(31) as never } }));
    expect(encoder.omittedValues).toBe(1);
    const round: Record<string, unknown> = { name: 'round' };
    round.self = round;
    encoder.append(readableSpan({ attributes: { round: round as never } }));
    expect(encoder.omittedValues).toBe(2);
    expect(meaningOfTraces(encoder.take()!.request)).toHaveLength(3);
  });

  test('is what is more than a hundred thousand items in one attribute', () => {
    const encoder = createSpanEncoder();
    encoder.append(readableSpan({ attributes: { fits: new Array<number>(100_000).fill(1) } }));
    expect(encoder.omittedValues).toBe(0);
    encoder.append(readableSpan({ attributes: { more: new Array<number>(2 ** 31) } }));
    expect(encoder.omittedValues).toBe(1);
    const twice: unknown[] = [];
    twice.push(twice, twice);
    encoder.append(readableSpan({ attributes: { twice: twice as never } }));
    expect(encoder.take()!.request.length).toBeLessThan(2_000_000);
  });

  test('is counted where it is a function, symbol or bigint: an empty value, as the stock encoder has it', () => {
    const encoder = createSpanEncoder();
    const spans = [readableSpan({ attributes: { f: () => 1, s: Symbol('s'), b: 1n, n: null } as never })];
    encoder.append(spans[0]!);
    expect(meaningOfTraces(encoder.take()!.request)).toEqual(meaningOfTraces(stock(spans)));
    expect(encoder.omittedValues).toBe(3);
  });
});
