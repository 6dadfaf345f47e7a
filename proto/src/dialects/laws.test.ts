import fc from 'fast-check';

import { logsFragment, spansFragment } from '../../test/fragments.js';
import { type Fragment, merge, toOtlp, toTraceDocument, type TraceDocument } from '../document/index.js';
import { deriveTrace, withDerived } from './index.js';

const traceId = Buffer.from('0f8fad5bd9cb469fa16570867728950e', 'hex');
const spanIdOf = (number: number): Uint8Array => Buffer.from(`0${String(number)}`.repeat(8), 'hex');
const spanNumber = fc.nat(4);

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  'gen_ai.operation.name': ['chat', 'invoke_agent', 'execute_tool'],
  'openinference.span.kind': ['LLM', 'AGENT', 'CHAIN', 'TOOL'],
  'gen_ai.request.model': ['m1', 'm2'],
  'llm.model_name': ['m3'],
  'gen_ai.system': ['openai', 'Anthropic'],
  'gen_ai.usage.input_tokens': [10, 20],
  'gen_ai.usage.output_tokens': [1, 2],
  'llm.token_count.prompt': [10],
  'gen_ai.usage.cache_read.input_tokens': [4, 40],
  'llm.cost.total': [0.5],
  'llm.input_messages.0.message.content': ['hi'],
  'gen_ai.input.messages': ['[{"role":"user","parts":[{"type":"text","content":"hi"}]}]', '[{"role'],
  'gen_ai.response.id': ['r1', 'r2'],
  'traceloop.association.properties.user_id': ['u1', 'u2'],
  'user.id': ['u3'],
  'session.id': ['s1'],
  'tag.tags': ['t1'],
  total_tokens: [5],
};

const anyValue = (value: unknown): object =>
  typeof value === 'string'
    ? { stringValue: value }
    : Number.isInteger(value)
      ? { intValue: value }
      : { doubleValue: value };

const attributes = fc
  .record(Object.fromEntries(Object.entries(VALUES).map(([name, values]) => [name, fc.constantFrom(...values)])), {
    requiredKeys: [],
  })
  .map((record) => Object.entries(record).map(([key, value]) => ({ key, value: anyValue(value) })));

const span = fc
  .record({ number: spanNumber, parent: fc.option(spanNumber), start: fc.nat(5), length: fc.nat(5), attributes })
  .map(({ length, number, parent, start, ...rest }) => ({
    traceId,
    spanId: spanIdOf(number),
    ...(parent === null || parent === number ? {} : { parentSpanId: spanIdOf(parent) }),
    name: 'span',
    startTimeUnixNano: start + 1,
    endTimeUnixNano: start + 1 + length,
    ...rest,
  }));

const scope = fc.constantFrom('openai', 'langchain', 'logfire', '');

const spans = fc
  .record({ scope, spans: fc.array(span, { minLength: 1, maxLength: 4 }) })
  .map(({ scope: name, spans: sent }) =>
    spansFragment({ resourceSpans: [{ scopeSpans: [{ scope: { name }, spans: sent }] }] }),
  );

const log = fc
  .record({
    number: spanNumber,
    eventName: fc.constantFrom('gen_ai.user.message', 'gen_ai.choice', 'gen_ai.evaluation.result'),
    time: fc.nat(3),
  })
  .map(({ eventName, number, time }) => ({
    traceId,
    spanId: spanIdOf(number),
    eventName,
    timeUnixNano: time + 1,
    body: { kvlistValue: { values: [{ key: 'content', value: { stringValue: 'hi' } }] } },
    attributes: [
      { key: 'gen_ai.evaluation.name', value: { stringValue: 'accuracy' } },
      { key: 'gen_ai.response.id', value: { stringValue: 'r1' } },
    ],
  }));

const logs = fc
  .array(log, { minLength: 1, maxLength: 3 })
  .map((logRecords) => logsFragment({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));

const fragments = fc.array(fc.oneof(spans, logs), { minLength: 1, maxLength: 4 });

const documentOf = (all: readonly Fragment[]): TraceDocument => {
  const document = toTraceDocument(all, { derive: deriveTrace });
  if (document === null) throw new Error('the fragments say nothing');
  return document;
};

const stored = (document: TraceDocument): TraceDocument => JSON.parse(JSON.stringify(document)) as TraceDocument;

const numRuns = 100;

test('whatever order they come in, the same is derived, at once or from documents that were derived before', () => {
  fc.assert(
    fc.property(
      fragments.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const whole = stored(documentOf(all));
        expect(stored(documentOf(shuffled))).toEqual(whole);
        const parts = shuffled.map((fragment) => stored(documentOf([fragment])));
        expect(stored(withDerived(parts.reduce((a, b) => merge(a, b))))).toEqual(whole);
        expect(stored(parts.reduce((a, b) => merge(a, b, deriveTrace)))).toEqual(whole);
      },
    ),
    { numRuns },
  );
});

test('what was derived is taken out again without a trace', () => {
  fc.assert(
    fc.property(fragments, (all) => {
      const sent = toTraceDocument(all);
      const document = stored(documentOf(all));
      expect(merge(document, document)).toEqual(sent);
      expect(toOtlp(document)).toEqual(sent && toOtlp(sent));
      document.spans.forEach((span, at) => {
        expect(span.attributes).toMatchObject(sent?.spans[at]?.attributes ?? {});
      });
    }),
    { numRuns },
  );
});
