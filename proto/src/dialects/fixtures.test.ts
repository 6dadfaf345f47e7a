import { fixtureLogs, fixtureTraces, fragment, nativeFixture, nativeFragment } from '../../test/fragments.js';
import { schemaProblems } from '../../test/json-schema.js';
import { merge, type SpanDocument, toOtlp, toTraceDocument, type TraceDocument } from '../document/index.js';
import { createFactsReader, spanMessages, withDerived } from './index.js';

/** The scenario that all senders of OpenAI calls ran: what each call truly was, whatever they told of it. */
const text = (content: string) => ({ type: 'text', content });
const system = { role: 'system', parts: [text('You are terse.')] };
const asked = { role: 'user', parts: [text('Capital of France?')] };
const weather = { role: 'user', parts: [text('Weather in Paris?')] };
const call = { type: 'tool_call', id: 'call_abc123', name: 'get_weather', arguments: { city: 'Paris' } };
const called = { role: 'assistant', parts: [call] };
const answered = { role: 'assistant', parts: [text('Paris is the capital of France.')] };
const hello = { role: 'user', parts: [text('Say hello')] };
const greeted = { role: 'assistant', parts: [text('Hello world!')] };
const bad = { role: 'user', parts: [text('x')] };
const result = (response: string) => ({ type: 'tool_call_response', id: 'call_abc123', response });
const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const MODEL = 'gpt-4o-mini';
const DATED = 'gpt-4o-mini-2024-07-18';
const EMBEDDING = 'text-embedding-3-small';

interface Expected {
  readonly type: SpanDocument['type'];
  readonly tokens?: readonly [input: number, output: number | undefined];
  readonly model?: string;
  readonly responseModel?: string;
  readonly input?: readonly object[];
  readonly output?: readonly object[];
  readonly reasons?: readonly string[];
  readonly error?: string;
  readonly counts?: boolean;
}

const derivedOf = (name: string, ...more: Parameters<typeof toTraceDocument>[0]): TraceDocument => {
  const spans = [...fixtureTraces(name).values()].map((payload) => fragment('otlp-spans', payload));
  const document = toTraceDocument([...spans, ...more]);
  if (document === null) throw new Error('the fixture says nothing');
  return withDerived(document);
};

const withoutReason = (messages: readonly object[]) =>
  messages.map((message) => ({ ...message, finish_reason: undefined }));

const expectSpan = (span: SpanDocument | undefined, expected: Expected): void => {
  if (span === undefined) throw new Error('the span is missing');
  const { attributes, noveum, type } = span;
  const messages = spanMessages(span);
  expect({
    type,
    input_tokens: attributes['llm.input_tokens'] ?? attributes['gen_ai.usage.input_tokens'],
    output_tokens: attributes['llm.output_tokens'],
    model: attributes['gen_ai.request.model'],
    responseModel: attributes['gen_ai.response.model'],
    input: messages.input,
    output: withoutReason(messages.output),
    reasons: attributes['llm.finish_reasons'],
    error: attributes['error.type'],
    counts: (noveum?.['derived'] as Record<string, unknown> | undefined)?.['usage_counts'],
  }).toEqual({
    type: expected.type,
    input_tokens: expected.tokens?.[0],
    output_tokens: expected.tokens?.[1],
    model: expected.model,
    responseModel: expected.responseModel,
    input: expected.input ?? [],
    output: withoutReason(expected.output ?? []),
    reasons: expected.reasons,
    error: expected.error,
    counts: expected.tokens === undefined ? undefined : (expected.counts ?? true),
  });
};

const chat = (
  tokens: readonly [number, number],
  input: readonly object[],
  output: readonly object[],
  reason: string | undefined,
): Expected => ({
  type: 'llm',
  tokens,
  model: MODEL,
  responseModel: DATED,
  input,
  output,
  ...(reason === undefined ? {} : { reasons: [reason] }),
});

const root: Expected = { type: 'span' };
const plain = chat([21, 7], [system, asked], [answered], 'stop');
const tool = chat([55, 16], [weather], [called], 'tool_call');
const told = { role: 'tool', parts: [result('18C, sunny')] };
const afterTool = chat([21, 7], [weather, called, told], [answered], 'stop');
const stream = chat([11, 5], [hello], [greeted], 'stop');
const embedding: Expected = { type: 'embedding', tokens: [8, undefined], model: EMBEDDING, responseModel: EMBEDDING };
const inputs = ['alpha', 'beta'].map((word) => ({ role: 'user', parts: [text(word)] }));
const responses = chat([21, 7], [{ role: 'system', parts: [text('Be terse')] }, asked], [answered], 'stop');
const failed = (error: string): Expected => ({ type: 'llm', model: 'bad-model', input: [bad], error });
/** Where a sender keeps the contents to itself. */
const silent = ({ input: _input, output: _output, ...rest }: Expected): Expected => rest;
const withoutReasons = ({ reasons: _reasons, ...rest }: Expected): Expected => rest;
const withoutResponseModel = ({ responseModel: _model, ...rest }: Expected): Expected => rest;

const OPENAI: readonly (readonly [name: string, spans: readonly Expected[], totals: readonly [number, number]])[] = [
  [
    'js_otel',
    [root, silent(plain), silent(tool), silent(stream), embedding, silent(failed('NotFoundError'))],
    [95, 28],
  ],
  [
    'openinference_py_openai',
    [
      root,
      plain,
      tool,
      afterTool,
      stream,
      { ...withoutResponseModel(embedding), input: inputs },
      withoutReasons(responses),
      failed('openai.NotFoundError'),
    ],
    [137, 42],
  ],
  [
    'traceloop_py_openai',
    [root, plain, tool, afterTool, stream, { ...embedding, input: inputs }, responses, failed('NotFoundError')],
    [137, 42],
  ],
];

test.each(OPENAI)('%s: every call has its tokens, models, messages and reasons', (name, expected, [input, output]) => {
  const document = derivedOf(name);
  expect(document.spans).toHaveLength(expected.length);
  expected.forEach((one, at) => {
    expectSpan(document.spans[at], one);
  });
  expect(document.attributes).toEqual({
    total_tokens: input + output,
    total_input_tokens: input,
    total_output_tokens: output,
  });
  expect(document).toMatchObject({
    models: ['bad-model', MODEL, EMBEDDING],
    providers: ['openai'],
    span_types: ['embedding', 'llm', 'span'],
  });
});

test('openai_v2_default: prompts and completions that come as logs are its messages, before or after the spans', () => {
  const logs = fragment('otlp-logs', fixtureLogs('openai_v2_default'));
  const document = derivedOf('openai_v2_default', logs);
  const expected = [root, plain, tool, afterTool, stream, embedding, failed('NotFoundError')];
  expected.forEach((one, at) => {
    expectSpan(document.spans[at], one);
  });
  expect(document.spans[4]?.attributes['gen_ai.output.messages']).toEqual([{ ...greeted, finish_reason: 'stop' }]);
  expect(document).toMatchObject({ attributes: { total_tokens: 151 }, providers: ['openai'] });

  const [, spansOnly] = [logs, derivedOf('openai_v2_default')];
  const logsOnly = toTraceDocument([logs]);
  if (logsOnly === null) throw new Error('the fixture says nothing');
  expect(withDerived(merge(logsOnly, spansOnly))).toEqual(document);
  expect(withDerived(merge(spansOnly, logsOnly))).toEqual(document);
});

test('js_vercel: the calls count, the loops around them repeat them, and users, sessions and tags are found', () => {
  const document = derivedOf('js_vercel');
  const sunny = { role: 'tool', parts: [{ ...result('18C, sunny in Paris'), name: 'get_weather' }] };
  const loop = (one: Expected): Expected => ({ ...withoutResponseModel(one), type: 'agent', counts: false });
  const failure = failed('AI_APICallError');
  const embedded: Expected = { type: 'embedding', tokens: [8, undefined], model: EMBEDDING, input: inputs.slice(0, 1) };
  const expected: readonly Expected[] = [
    root,
    loop(plain),
    plain,
    loop(chat([76, 23], [weather], [answered], 'stop')),
    tool,
    { type: 'tool' },
    chat([21, 7], [weather, called, sunny], [answered], 'stop'),
    loop(stream),
    stream,
    { ...embedded, type: 'chain', counts: false },
    embedded,
    { ...failure, type: 'agent' },
    failure,
  ];
  expected.forEach((one, at) => {
    expectSpan(document.spans[at], one);
  });
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
  expect(document).toMatchObject({
    attributes: { total_tokens: 151, total_input_tokens: 116, total_output_tokens: 35 },
    metadata: { user_id: 'user-42', session_id: 'sess-1', tags: { a: true, b: true } },
    models: ['bad-model', MODEL, EMBEDDING],
    providers: ['openai'],
    span_types: ['agent', 'chain', 'embedding', 'llm', 'span', 'tool'],
    error_types: ['AI_APICallError'],
  });
  const { attributes } = document.spans[8] ?? {};
  expect(attributes).toMatchObject({ 'gen_ai.request.stream': true, 'gen_ai.provider.name': 'openai' });
  expect(attributes?.['gen_ai.response.time_to_first_chunk']).toBeCloseTo(0.04867, 6);
  // The finish reason that was sent stays as it was spelled.
  expect(document.spans[4]?.attributes['gen_ai.response.finish_reasons']).toEqual(['tool-calls']);
});

test('what the OpenAI call said beside its tokens is found in each dialect', () => {
  for (const [name] of OPENAI.slice(1)) {
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
