import { fixtureLogs, fixtureTraces, fragment, nativeFixture, nativeFragment } from '../../test/fragments.js';
import { CITY, EMBEDDING, expectSpan, expectTrace, greeted, MODEL, text, TRACES } from '../../test/expected-traces.js';
import { schemaProblems } from '../../test/json-schema.js';
import { merge, toOtlp, toTraceDocument, type TraceDocument } from '../document/index.js';
import { createFactsReader, spanMessages, withDerived } from './index.js';

const derivedOf = (name: string, ...more: Parameters<typeof toTraceDocument>[0]): TraceDocument => {
  const spans = [...fixtureTraces(name).values()].map((payload) => fragment('otlp-spans', payload));
  const document = toTraceDocument([...spans, ...more]);
  if (document === null) throw new Error('the fixture says nothing');
  return withDerived(document);
};

test.each(TRACES.filter(({ fixture }) => fixture !== 'openai_v2_default'))(
  '$fixture: every call has its tokens, models, messages and reasons',
  (expected) => {
    const document = derivedOf(expected.fixture);
    expected.spans.forEach((span, at) => {
      expectSpan(document.spans[at], span);
    });
    expectTrace(document, expected);
  },
);

test('openai_v2_default: prompts and completions that come as logs are its messages, before or after the spans', () => {
  const logs = fragment('otlp-logs', fixtureLogs('openai_v2_default'));
  const document = derivedOf('openai_v2_default', logs);
  const expected = TRACES.find(({ fixture }) => fixture === 'openai_v2_default');
  if (expected === undefined) throw new Error('it is expected');
  expected.spans.forEach((one, at) => {
    expectSpan(document.spans[at], one);
  });
  expectTrace(document, expected);
  expect(document.spans[4]?.attributes['gen_ai.output.messages']).toEqual([{ ...greeted, finish_reason: 'stop' }]);

  const [, spansOnly] = [logs, derivedOf('openai_v2_default')];
  const logsOnly = toTraceDocument([logs]);
  if (logsOnly === null) throw new Error('the fixture says nothing');
  expect(withDerived(merge(logsOnly, spansOnly))).toEqual(document);
  expect(withDerived(merge(spansOnly, logsOnly))).toEqual(document);
});

test('js_vercel: tools that were called, their definitions, streams', () => {
  const document = derivedOf('js_vercel');
  expect(document.spans[5]?.attributes).toMatchObject({
    'gen_ai.tool.name': 'get_weather',
    'gen_ai.tool.call.id': 'call_abc123',
    'gen_ai.tool.call.arguments': { city: 'Paris' },
    'gen_ai.tool.call.result': '18C, sunny in Paris',
  });
  expect(document.spans[4]?.attributes['gen_ai.tool.definitions']).toEqual([
    {
      type: 'function',
      name: 'get_weather',
      description: 'Current weather',
      parameters: { $schema: 'http://json-schema.org/draft-07/schema#', ...CITY, additionalProperties: false },
    },
  ]);
  const { attributes } = document.spans[8] ?? {};
  expect(attributes).toMatchObject({ 'gen_ai.request.stream': true, 'gen_ai.provider.name': 'openai' });
  expect(attributes?.['gen_ai.response.time_to_first_chunk']).toBeCloseTo(0.04867, 6);
  // The finish reason that was sent stays as it was spelled.
  expect(document.spans[4]?.attributes['gen_ai.response.finish_reasons']).toEqual(['tool-calls']);
});

test('what the OpenAI call said beside its tokens is found in each dialect', () => {
  for (const name of ['openinference_py_openai', 'traceloop_py_openai']) {
    const { attributes } = derivedOf(name).spans[1] ?? {};
    expect(attributes).toMatchObject({
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.max_tokens': 64,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.usage.reasoning.output_tokens': 2,
      'llm.provider': 'openai',
      'llm.model': MODEL,
      'llm.total_tokens': 28,
      'llm.temperature': 0.2,
      'llm.prompt': 'Capital of France?',
      'llm.response': 'Paris is the capital of France.',
      'user.id': 'user-42',
    });
    const definition = {
      type: 'function',
      name: 'get_weather',
      description: 'Current weather for a city',
      parameters: CITY,
    };
    const span = derivedOf(name).spans[2];
    expect(span && spanMessages(span).tools).toEqual([definition]);
  }
  expect(derivedOf('openinference_py_openai').metadata).toMatchObject({
    user_id: 'user-42',
    session_id: 'sess-1',
    tags: { t1: true, t2: true },
  });
});

test('the trace of the native SDK: what it sent stays, what it left out is there', () => {
  const sent = toTraceDocument([nativeFragment(nativeFixture())]);
  if (sent === null) throw new Error('the fixture says nothing');
  const document = withDerived(sent);
  expect(document.spans.map((span) => span.type)).toEqual(['span', 'llm', 'agent', 'span']);
  expect(document.spans[1]?.attributes).toMatchObject({
    ...sent.spans[1]?.attributes,
    'llm.prompt': 'hi',
    'llm.response': 'hello',
    'llm.cost': 4.5e-6,
  });
  expect(document).toMatchObject({
    attributes: { ...sent.attributes, total_tokens: 15, total_cost: 4.5e-6 },
    models: [MODEL],
    providers: ['openai'],
    metadata: sent.metadata,
  });
  expect(document.spans[1] && spanMessages(document.spans[1])).toMatchObject({
    input: [{ role: 'user', parts: [text('hi')] }],
    output: [{ role: 'assistant', parts: [text('hello')] }],
  });
});

const ALL = [
  'js_otel',
  'js_vercel',
  'openai_v2_default',
  'openinference_py_openai',
  'otlp_js_json',
  'traceloop_py_openai',
];

test.each(ALL)('%s: nothing that was sent changes, and all that was derived can be taken out again', (name) => {
  const [payload = new Uint8Array()] = fixtureTraces(name).values();
  const sent = toTraceDocument([fragment('otlp-spans', payload)]);
  if (sent === null) throw new Error('the fixture says nothing');
  const document = withDerived(sent);
  expect(schemaProblems(document)).toEqual([]);
  document.spans.forEach((span, at) => {
    expect(span.attributes).toMatchObject(sent.spans[at]?.attributes ?? {});
  });
  const served = JSON.parse(JSON.stringify(document)) as TraceDocument;
  expect(toOtlp(served)).toEqual(toOtlp(sent));
  expect(merge(served, served)).toEqual(sent);
  expect(withDerived(served)).toEqual(document);
});

test.each(ALL)('%s: the facts for roll-ups, read the fast way, are those of the document', (name) => {
  for (const span of derivedOf(name).spans) {
    const keys = new Set((span.noveum?.['derived'] as { keys?: string[] } | undefined)?.keys);
    const sent = Object.fromEntries(Object.entries(span.attributes).filter(([key]) => !keys.has(key)));
    const facts = createFactsReader().read(sent, { scope: span.scope, isRoot: span.parent_span_id === null });
    expect(facts?.type ?? 'span').toBe(span.type);
    expect(facts?.model ?? undefined).toBe(span.type === 'chain' ? EMBEDDING : span.attributes['llm.model']);
    if (span.type === 'chain') continue;
    expect(facts?.inputTokens ?? undefined).toBe(span.attributes['llm.input_tokens']);
    expect(facts?.outputTokens ?? undefined).toBe(span.attributes['llm.output_tokens']);
    expect(facts?.totalTokens ?? undefined).toBe(span.attributes['llm.total_tokens']);
    expect(facts?.provider ?? undefined).toBe(span.attributes['llm.provider']);
  }
});
