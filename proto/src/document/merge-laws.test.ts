import fc from 'fast-check';

import { logsFragment, nativeFragment, spansFragment } from '../../test/fragments.js';
import { type Fragment, merge, toTraceDocument, type TraceDocument } from './index.js';

const HEX = '0f8fad5bd9cb469fa16570867728950e';
const UUID = '0F8FAD5B-D9CB-469F-A165-70867728950E';
const traceId = Buffer.from(HEX, 'hex');
const spanIdOf = (number: number): string => `0${String(number)}`.repeat(8);

/** Few values each, so that spans meet, times tie and heads compete. */
const spanNumber = fc.nat(3);
const optional = { requiredKeys: [] };
const arrival = {
  keyEnvironment: fc.constantFrom(null, 'prod', 'dev'),
  receivedAtMillis: fc.constantFrom(1000, 2000, 3000),
};

const attributes = fc
  .record(
    {
      'user.id': fc.constantFrom('ada', 'bo'),
      'session.id': fc.constantFrom('s1', 's2'),
      'tag.tags': fc.constantFrom('beta', 'vip'),
      'noveum.metadata.tier': fc.constantFrom('pro', 'free'),
      'error.type': fc.constantFrom('ReadTimeout', 'ValueError'),
      'deployment.environment.name': fc.constantFrom('test', 'stage'),
      n: fc.constantFrom(1, 1.5),
    },
    optional,
  )
  .map((sent) => sent as Record<string, string | number>);

const otlpValue = (value: string | number): object =>
  typeof value === 'string' ? { stringValue: value } : { doubleValue: value };

const pairs = attributes.map((sent) => Object.entries(sent).map(([key, value]) => ({ key, value: otlpValue(value) })));

const otlpSpan = fc
  .record({
    number: spanNumber,
    parent: fc.option(spanNumber),
    name: fc.constantFrom('chat', 'search'),
    startTimeUnixNano: fc.constantFrom('1000', '2000', '0'),
    endTimeUnixNano: fc.constantFrom('0', '1500', '3000'),
    status: fc.constantFrom({ code: 0 }, { code: 2, message: 'no' }),
    attributes: pairs,
  })
  .map(({ number, parent, ...span }) => ({
    ...span,
    traceId,
    spanId: Buffer.from(spanIdOf(number), 'hex'),
    ...(parent === null ? {} : { parentSpanId: Buffer.from(spanIdOf(parent), 'hex') }),
  }));

const spansArrive = fc
  .tuple(fc.array(otlpSpan, { minLength: 1, maxLength: 3 }), fc.record(arrival))
  .map(([spans, came]) => spansFragment({ resourceSpans: [{ scopeSpans: [{ spans }] }] }, came));

const logRecord = fc
  .record({
    number: fc.option(spanNumber),
    timeUnixNano: fc.constantFrom('1000', '2000'),
    eventName: fc.constantFrom('gen_ai.evaluation.result', 'gen_ai.user.message'),
    attributes: pairs,
  })
  .map(({ number, ...record }) => ({
    ...record,
    traceId,
    ...(number === null ? {} : { spanId: Buffer.from(spanIdOf(number), 'hex') }),
  }));

const logsArrive = fc
  .tuple(fc.array(logRecord, { minLength: 1, maxLength: 2 }), fc.record(arrival))
  .map(([logRecords, came]) => logsFragment({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }, came));

const status = fc.constantFrom('ok', 'error', 'unset', 'timeout', 'cancelled');
const startTime = fc.constantFrom('1970-01-01T00:00:00.000001+00:00', '1970-01-01T00:00:00.000002Z');
const endTime = fc.constantFrom('1970-01-01T00:00:00.0000015Z', '1970-01-01T01:00:00.000003+01:00', null);

const nativeSpan = fc.record(
  {
    span_id: spanNumber.map(spanIdOf),
    parent_span_id: fc.option(spanNumber.map(spanIdOf)),
    name: fc.constantFrom('chat', 'plan'),
    start_time: startTime,
    end_time: endTime,
    duration_ms: fc.constantFrom(0.002, 7),
    status,
    attributes,
    events: fc.array(fc.record({ name: fc.constant('ev'), timestamp: startTime, source: fc.constant('log') }), {
      maxLength: 1,
    }),
    exception: fc.constantFrom(null, { type: 'ValueError', message: 'no' }),
    otel: fc.constantFrom({ kind: 'CLIENT', scope: { name: 'sdk' } }, { kind: 'odd' }),
  },
  { requiredKeys: ['span_id', 'name', 'start_time'] },
);

const nativeArrives = fc
  .tuple(
    fc.record(
      {
        trace_id: fc.constantFrom(HEX, UUID),
        name: fc.constantFrom('run', 'again'),
        start_time: startTime,
        end_time: endTime,
        status,
        span_count: fc.nat(3),
        environment: fc.constantFrom('native', null),
        attributes,
        metadata: fc.record(
          { user_id: fc.constantFrom('cy', null), tags: fc.constantFrom({ a: 1 }, ['a']), more: fc.constant(1) },
          optional,
        ),
        events: fc.array(fc.record({ name: fc.constant('tick'), timestamp: startTime }), { maxLength: 1 }),
        sdk: fc.constantFrom(null, { name: 'sdk' }),
        odd: fc.constantFrom(null, { b: [1] }),
        noveum: fc.constant({ sent: 1 }),
        otel: fc.constant({ resource: { 'service.name': 'shop' } }),
        spans: fc.array(nativeSpan, { maxLength: 3 }),
      },
      { requiredKeys: ['trace_id', 'name', 'start_time'] },
    ),
    fc.record(arrival),
  )
  .map(([trace, came]) => nativeFragment(trace, came));

const anyFragment: fc.Arbitrary<Fragment> = fc.oneof(spansArrive, nativeArrives, logsArrive);
const numRuns = process.env['CI'] === 'true' ? 2000 : 300;

const documentOf = (...fragments: readonly Fragment[]): TraceDocument => {
  const document = toTraceDocument(fragments);
  if (document === null) throw new Error('the fragments say nothing');
  return document;
};

/** As a store gives it back. */
const stored = (document: TraceDocument): TraceDocument => JSON.parse(JSON.stringify(document)) as TraceDocument;

const someFragments = fc.array(anyFragment, { minLength: 1, maxLength: 6 });

test('any order and repetition of fragments gives one document', () => {
  fc.assert(
    fc.property(
      someFragments.chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length }),
          fc.array(fc.constantFrom(...all), { maxLength: 3 }),
        ),
      ),
      ([all, shuffled, again]) => {
        expect(documentOf(...shuffled, ...again)).toEqual(documentOf(...all));
      },
    ),
    { numRuns },
  );
});

test('documents of any parts, merged in any order, are the document of all', () => {
  fc.assert(
    fc.property(
      someFragments.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.nat(all.length - 1)),
      ),
      ([all, shuffled, cut]) => {
        const parts = shuffled.slice(cut).map((fragment) => stored(documentOf(fragment)));
        if (cut > 0) parts.push(stored(documentOf(...shuffled.slice(0, cut))));
        expect(parts.reduce((a, b) => stored(merge(a, b)))).toEqual(stored(documentOf(...all)));
      },
    ),
    { numRuns },
  );
});

test('merge is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(someFragments, someFragments, someFragments, (first, second, third) => {
      const [a, b, c] = [documentOf(...first), documentOf(...second), documentOf(...third)];
      expect(merge(a, b)).toEqual(merge(b, a));
      expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
      expect(merge(a, a)).toEqual(a);
      expect(merge(merge(a, b), b)).toEqual(merge(a, b));
    }),
    { numRuns },
  );
});
