import { type SpanDocument, spanMessages, type TraceDocument } from '../src/index.js';

/** The scenario that all senders of OpenAI calls ran: what each call truly was, whatever they told of it. */
export const text = (content: string) => ({ type: 'text', content });
const system = { role: 'system', parts: [text('You are terse.')] };
const asked = { role: 'user', parts: [text('Capital of France?')] };
const weather = { role: 'user', parts: [text('Weather in Paris?')] };
const call = { type: 'tool_call', id: 'call_abc123', name: 'get_weather', arguments: { city: 'Paris' } };
const called = { role: 'assistant', parts: [call] };
const answered = { role: 'assistant', parts: [text('Paris is the capital of France.')] };
const hello = { role: 'user', parts: [text('Say hello')] };
export const greeted = { role: 'assistant', parts: [text('Hello world!')] };
const bad = { role: 'user', parts: [text('x')] };
const result = (response: string) => ({ type: 'tool_call_response', id: 'call_abc123', response });
export const CITY = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

export const MODEL = 'gpt-4o-mini';
const DATED = 'gpt-4o-mini-2024-07-18';
export const EMBEDDING = 'text-embedding-3-small';

export interface ExpectedSpan {
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

const withoutReason = (messages: readonly object[]) =>
  messages.map((message) => ({ ...message, finish_reason: undefined }));

/** That a span says what was truly said, whatever its sender calls it. */
export const expectSpan = (span: SpanDocument | undefined, expected: ExpectedSpan): void => {
  if (span === undefined) throw new Error('the span is missing');
  const { attributes, noveum, type } = span;
  const messages = spanMessages(span);
  expect({
    type,
    input_tokens: attributes['llm.input_tokens'] ?? attributes['gen_ai.usage.input_tokens'],
    output_tokens: attributes['llm.output_tokens'],
    model: attributes['gen_ai.request.model'],
    provider: attributes['llm.provider'],
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
    provider: expected.model === undefined || expected.type === 'chain' ? undefined : 'openai',
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
): ExpectedSpan => ({
  type: 'llm',
  tokens,
  model: MODEL,
  responseModel: DATED,
  input,
  output,
  ...(reason === undefined ? {} : { reasons: [reason] }),
});

const root: ExpectedSpan = { type: 'span' };
const plain = chat([21, 7], [system, asked], [answered], 'stop');
const tool = chat([55, 16], [weather], [called], 'tool_call');
const told = { role: 'tool', parts: [result('18C, sunny')] };
const afterTool = chat([21, 7], [weather, called, told], [answered], 'stop');
const stream = chat([11, 5], [hello], [greeted], 'stop');
const embedding: ExpectedSpan = {
  type: 'embedding',
  tokens: [8, undefined],
  model: EMBEDDING,
  responseModel: EMBEDDING,
};
const inputs = ['alpha', 'beta'].map((word) => ({ role: 'user', parts: [text(word)] }));
const responses = chat([21, 7], [{ role: 'system', parts: [text('Be terse')] }, asked], [answered], 'stop');
const failed = (error: string): ExpectedSpan => ({ type: 'llm', model: 'bad-model', input: [bad], error });
/** Where a sender keeps the contents to itself. */
const silent = ({ input: _input, output: _output, ...rest }: ExpectedSpan): ExpectedSpan => rest;
const withoutReasons = ({ reasons: _reasons, ...rest }: ExpectedSpan): ExpectedSpan => rest;
const withoutResponseModel = ({ responseModel: _model, ...rest }: ExpectedSpan): ExpectedSpan => rest;

/** What the trace of a capture must say; tokens of each call counted once. */
export interface ExpectedTrace {
  /** Of `test/fixtures/otlp`. */
  readonly fixture: string;
  readonly traceId: string;
  /** By their start. */
  readonly spans: readonly ExpectedSpan[];
  readonly tokens: readonly [input: number, output: number];
  readonly models: readonly string[];
  readonly types: readonly string[];
  readonly errors: readonly string[];
  readonly user: string | null;
  readonly session: string | null;
  readonly tags: readonly string[];
}

const MODELS = ['bad-model', MODEL, EMBEDDING];
const TYPES = ['embedding', 'llm', 'span'];
const NOBODY = { user: null, session: null, tags: [] };

const sunny = { role: 'tool', parts: [{ ...result('18C, sunny in Paris'), name: 'get_weather' }] };
const loop = (one: ExpectedSpan): ExpectedSpan => ({ ...withoutResponseModel(one), type: 'agent', counts: false });
const apiFailure = failed('AI_APICallError');
const embedded: ExpectedSpan = {
  type: 'embedding',
  tokens: [8, undefined],
  model: EMBEDDING,
  input: inputs.slice(0, 1),
};

export const TRACES: readonly ExpectedTrace[] = [
  {
    fixture: 'js_otel',
    traceId: '9679c6d8970d465d747838ea4e5edf5a',
    spans: [root, silent(plain), silent(tool), silent(stream), embedding, silent(failed('NotFoundError'))],
    tokens: [95, 28],
    models: MODELS,
    types: TYPES,
    errors: ['NotFoundError'],
    ...NOBODY,
  },
  {
    fixture: 'openinference_py_openai',
    traceId: '2b64009311cbf633a4ca19f3c4019ffc',
    spans: [
      root,
      plain,
      tool,
      afterTool,
      stream,
      { ...withoutResponseModel(embedding), input: inputs },
      withoutReasons(responses),
      failed('openai.NotFoundError'),
    ],
    tokens: [137, 42],
    models: MODELS,
    types: TYPES,
    errors: ['openai.NotFoundError'],
    user: 'user-42',
    session: 'sess-1',
    tags: ['t1', 't2'],
  },
  {
    fixture: 'traceloop_py_openai',
    traceId: 'f9f9b73408c27626a496d35b9b16aceb',
    spans: [root, plain, tool, afterTool, stream, { ...embedding, input: inputs }, responses, failed('NotFoundError')],
    tokens: [137, 42],
    models: MODELS,
    types: TYPES,
    errors: ['NotFoundError'],
    ...NOBODY,
    user: 'user-42',
  },
  {
    fixture: 'openai_v2_default',
    traceId: '2aeff26d6dd6bcee5e14f50ed43259c1',
    spans: [root, plain, tool, afterTool, stream, embedding, failed('NotFoundError')],
    tokens: [116, 35],
    models: MODELS,
    types: TYPES,
    errors: ['NotFoundError'],
    ...NOBODY,
  },
  {
    fixture: 'js_vercel',
    traceId: '912564ddd0d159abaeb47bdee7104332',
    spans: [
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
      { ...apiFailure, type: 'agent' },
      apiFailure,
    ],
    tokens: [116, 35],
    models: MODELS,
    types: ['agent', 'chain', 'embedding', 'llm', 'span', 'tool'],
    errors: ['AI_APICallError'],
    user: 'user-42',
    session: 'sess-1',
    tags: ['a', 'b'],
  },
];

/** That a document, or a list's entry for it, says so of the whole trace. */
export const expectTrace = (trace: Omit<TraceDocument, 'spans'>, expected: ExpectedTrace): void => {
  const [input, output] = expected.tokens;
  expect(trace.attributes).toMatchObject({
    total_tokens: input + output,
    total_input_tokens: input,
    total_output_tokens: output,
  });
  expect(trace).toMatchObject({
    span_count: expected.spans.length,
    error_count: expected.spans.filter((span) => span.error !== undefined).length,
    models: expected.models,
    providers: ['openai'],
    span_types: expected.types,
    error_types: expected.errors,
    metadata: { user_id: expected.user, session_id: expected.session },
  });
  expect(Object.keys(trace.metadata.tags)).toEqual(expected.tags);
};
