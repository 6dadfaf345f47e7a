import { documentOfSpans, type ToldSpan } from '../../test/native-spans.js';
import type { SpanDocument } from '../document/index.js';
import { spanMessages, withDerived } from './index.js';

type Sent = Readonly<Record<string, unknown>>;

const derived = (attributes: Sent, more: Partial<ToldSpan> = {}): SpanDocument => {
  const root: ToldSpan = { id: 'root', from: 0, to: 9 };
  const document = withDerived(documentOfSpans([root, { id: 'a', parent: 'root', attributes, ...more }]));
  const span = document.spans.find(({ span_id: spanId }) => spanId === 'a');
  if (span === undefined) throw new Error('no such span');
  return span;
};

const text = (content: string) => ({ type: 'text', content });
const user = (content: string) => ({ role: 'user', parts: [text(content)] });
const assistant = (content: string) => ({ role: 'assistant', parts: [text(content)] });
const call = { type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Paris' } };
const json = JSON.stringify;

describe('Traceloop before messages', () => {
  test('indexed attributes come in any order, with holes, and beyond nine', () => {
    const indexed = [11, 2, 10, 0].flatMap((at) => [
      [`gen_ai.prompt.${String(at)}.content`, `said ${String(at)}`],
      [`gen_ai.prompt.${String(at)}.role`, 'user'],
    ]);
    const span = derived({
      ...Object.fromEntries<string | undefined>(indexed as [string, string][]),
      'gen_ai.prompt.name': 'greeting',
      'llm.request.type': 'chat',
      'gen_ai.system': 'OpenAI',
      'gen_ai.usage.prompt_tokens': 21,
      'gen_ai.usage.completion_tokens': 7,
      'llm.usage.total_tokens': 28,
      'gen_ai.completion.0.finish_reason': 'tool_calls',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.tool_calls.0.id': 'c1',
      'gen_ai.completion.0.tool_calls.0.name': 'weather',
      'gen_ai.completion.0.tool_calls.0.arguments': '{"city": "Paris"}',
      'llm.request.functions.0.name': 'weather',
      'llm.request.functions.0.description': 'Current weather',
      'llm.request.functions.0.parameters': '{"type": "object"}',
      'traceloop.association.properties.session_id': 's1',
      'traceloop.association.properties.user_id': 'u1',
    });
    expect(span).toMatchObject({
      type: 'llm',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.usage.input_tokens': 21,
        'gen_ai.usage.output_tokens': 7,
        'llm.total_tokens': 28,
        'gen_ai.input.messages': [0, 2, 10, 11].map((at) => user(`said ${String(at)}`)),
        'gen_ai.output.messages': [{ role: 'assistant', parts: [call], finish_reason: 'tool_call' }],
        'gen_ai.response.finish_reasons': ['tool_call'],
        'gen_ai.tool.definitions': [
          { type: 'function', name: 'weather', description: 'Current weather', parameters: { type: 'object' } },
        ],
        'gen_ai.conversation.id': 's1',
        'user.id': 'u1',
      },
    });
    expect(span.noveum?.['derived']).toMatchObject({
      rules: expect.arrayContaining(['traceloop/gen_ai.prompt.']) as unknown,
    });
  });

  test.each([
    ['workflow', 'workflow', {}],
    ['agent', 'agent', { 'gen_ai.agent.name': 'planner' }],
    ['task', 'chain', {}],
    [
      'tool',
      'tool',
      {
        'gen_ai.tool.name': 'planner',
        'gen_ai.tool.call.arguments': { args: [1], kwargs: {} },
        'gen_ai.tool.call.result': 'done',
      },
    ],
  ])('a %s is a span of type %s', (kind, type, attributes) => {
    const span = derived({
      'traceloop.span.kind': kind,
      'traceloop.entity.name': 'planner',
      'traceloop.entity.input': '{"args": [1], "kwargs": {}}',
      'traceloop.entity.output': 'done',
      'gen_ai.provider.name': 'langchain',
    });
    expect(span).toMatchObject({ type, attributes });
    expect(span.attributes).not.toHaveProperty(['llm.provider']);
  });
});

describe('OpenInference', () => {
  test.each([
    ['CHAIN', 'chain'],
    ['AGENT', 'agent'],
    ['TOOL', 'tool'],
    ['RETRIEVER', 'retrieval'],
    ['RERANKER', 'rerank'],
    ['EMBEDDING', 'embedding'],
    ['GUARDRAIL', 'guardrail'],
    ['EVALUATOR', 'evaluator'],
    ['PROMPT', 'span'],
  ])('%s is a span of type %s', (kind, type) => {
    expect(derived({ 'openinference.span.kind': kind }).type).toBe(type);
  });

  test('a chain that is the root is a workflow', () => {
    const document = withDerived(documentOfSpans([{ id: 'a', attributes: { 'openinference.span.kind': 'CHAIN' } }]));
    expect(document.span_types).toEqual(['workflow']);
  });

  test('documents are found without their vectors', () => {
    const span = derived({
      'openinference.span.kind': 'RETRIEVER',
      'input.value': 'where?',
      'retrieval.documents.10.document.content': 'last',
      'retrieval.documents.0.document.id': 'd0',
      'retrieval.documents.0.document.score': 0.5,
      'retrieval.documents.0.document.metadata': '{"page": 3}',
      'retrieval.documents.0.document.vector': [1, 2],
    });
    expect(span.attributes).toMatchObject({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.retrieval.query.text': 'where?',
      'gen_ai.retrieval.documents': [{ id: 'd0', score: 0.5, metadata: { page: 3 } }, { content: 'last' }],
    });
  });

  test('contents of several kinds, and a tool that was called', () => {
    const span = derived({
      'openinference.span.kind': 'LLM',
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.contents.0.message_content.type': 'text',
      'llm.input_messages.0.message.contents.0.message_content.text': 'What is this?',
      'llm.input_messages.0.message.contents.1.message_content.type': 'image',
      'llm.input_messages.0.message.contents.1.message_content.image.image.url': 'https://pictures.example/cat.png',
      'llm.output_messages.0.message.role': 'assistant',
      'llm.output_messages.0.message.contents.0.message_content.type': 'reasoning',
      'llm.output_messages.0.message.contents.0.message_content.text': 'A cat.',
      'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c1',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'weather',
      'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"city": "Paris"}',
    });
    expect(span.attributes).toMatchObject({
      'gen_ai.input.messages': [
        {
          role: 'user',
          parts: [text('What is this?'), { type: 'uri', modality: 'image', uri: 'https://pictures.example/cat.png' }],
        },
      ],
      'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'reasoning', content: 'A cat.' }, call] }],
    });
  });

  test('a function that was called before there were tools', () => {
    const span = derived({
      'openinference.span.kind': 'LLM',
      'llm.function_call': '{"name": "weather", "arguments": "{\\"city\\": \\"Paris\\"}"}',
    });
    const { id: _id, ...functionCall } = call;
    expect(span.attributes['gen_ai.output.messages']).toEqual([{ role: 'assistant', parts: [functionCall] }]);
  });

  test('prompts and choices of completions', () => {
    const span = derived({
      'openinference.span.kind': 'LLM',
      'llm.prompts.0.prompt.text': 'Once',
      'llm.choices.0.completion.text': 'upon',
    });
    expect(span.attributes).toMatchObject({
      'gen_ai.operation.name': 'text_completion',
      'gen_ai.input.messages': [user('Once')],
      'gen_ai.output.messages': [assistant('upon')],
    });
  });

  test('costs as sent', () => {
    const span = derived({ 'openinference.span.kind': 'LLM', 'llm.cost.prompt': 0.25, 'llm.cost.completion': 0.5 });
    expect(span.attributes['llm.cost']).toBe(0.75);
    expect(derived({ 'openinference.span.kind': 'LLM', 'llm.cost.total': 2 }).attributes['llm.cost']).toBe(2);
  });
});

test('the older conventions: events on the span that hold the messages', () => {
  const span = derived(
    { 'gen_ai.system': 'openai', 'gen_ai.operation.name': 'chat' },
    {
      events: [
        { name: 'gen_ai.system.message', attributes: { content: 'Be brief.' } },
        { name: 'gen_ai.user.message', attributes: { content: 'Weather?', role: 'user' } },
        {
          name: 'gen_ai.choice',
          attributes: {
            index: 0,
            finish_reason: 'tool_calls',
            message: json({
              role: 'assistant',
              tool_calls: [{ id: 'c1', function: { name: 'weather', arguments: '{"city":"Paris"}' } }],
            }),
          },
        },
      ],
    },
  );
  expect(span.attributes).toMatchObject({
    'gen_ai.system_instructions': [text('Be brief.')],
    'gen_ai.input.messages': [{ role: 'system', parts: [text('Be brief.')] }, user('Weather?')],
    'gen_ai.output.messages': [{ role: 'assistant', parts: [call], finish_reason: 'tool_call' }],
  });
});

test('the oldest conventions: content events, as OpenLIT sends them', () => {
  const span = derived(
    {
      'gen_ai.system': 'openai',
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.cost': 0.5,
      'gen_ai.openai.request.response_format': 'json_schema',
    },
    {
      scope: 'openlit.otel.tracing',
      events: [
        { name: 'gen_ai.content.prompt', attributes: { 'gen_ai.prompt': 'user: hi' } },
        { name: 'gen_ai.content.completion', attributes: { 'gen_ai.completion': 'hello' } },
      ],
    },
  );
  expect(span.attributes).toMatchObject({
    'gen_ai.input.messages': [user('user: hi')],
    'gen_ai.output.messages': [assistant('hello')],
    'gen_ai.output.type': 'json',
    'llm.cost': 0.5,
    'llm.response': 'hello',
  });
});

test('an event of operation details says what the span does not', () => {
  const span = derived(
    { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' },
    {
      events: [
        {
          name: 'gen_ai.client.inference.operation.details',
          attributes: {
            'gen_ai.request.model': 'other',
            'gen_ai.usage.input_tokens': 3,
            'gen_ai.input.messages': [user('hi')],
            'gen_ai.system_instructions': [text('Be brief.')],
          },
        },
      ],
    },
  );
  expect(span.attributes).toMatchObject({
    'gen_ai.request.model': 'm',
    'gen_ai.usage.input_tokens': 3,
    'gen_ai.input.messages': [user('hi')],
    'gen_ai.system_instructions': [text('Be brief.')],
    'llm.prompt': 'hi',
  });
});

test('names after 1.41', () => {
  const span = derived({
    'gen_ai.operation.name': 'search_memory',
    'gen_ai.usage.cache_write.input_tokens': 3,
    'gen_ai.memory.query.text': 'who?',
    'gen_ai.memory.records': json([{ id: 'r1', content: 'Ada' }]),
  });
  expect(span).toMatchObject({
    type: 'retrieval',
    attributes: {
      'gen_ai.usage.cache_creation.input_tokens': 3,
      'gen_ai.retrieval.query.text': 'who?',
      'gen_ai.retrieval.documents': [{ id: 'r1', content: 'Ada' }],
    },
  });
});

test('Langfuse', () => {
  const span = derived({
    'langfuse.observation.completion_start_time': json('2026-11-21T03:00:00.501Z'),
    'langfuse.observation.type': 'generation',
    'langfuse.observation.model.name': 'gpt-4o-mini',
    'langfuse.observation.model.parameters': json({ temperature: 0.2, maxTokens: 64 }),
    'langfuse.observation.input': json([{ role: 'user', content: 'hi' }]),
    'langfuse.observation.output': json({ role: 'assistant', content: 'hello' }),
    'langfuse.observation.usage_details': json({ input: 21, output: 7, total: 28 }),
    'langfuse.observation.cost_details': json({ input: 0.25, output: 0.5, total: 0.75 }),
    'langfuse.observation.level': 'ERROR',
    'langfuse.trace.tags': ['a'],
    'user.id': 'u1',
    'session.id': 's1',
  });
  expect(span).toMatchObject({
    type: 'llm',
    attributes: {
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.max_tokens': 64,
      'gen_ai.usage.input_tokens': 21,
      'gen_ai.usage.output_tokens': 7,
      'llm.cost': 0.75,
      'gen_ai.input.messages': [user('hi')],
      'gen_ai.output.messages': [assistant('hello')],
      'gen_ai.conversation.id': 's1',
      'error.type': '_OTHER',
      'tag.tags': ['a'],
    },
  });
});

test('what a vendor says explicitly gives way to the canonical name', () => {
  const span = derived({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'asked',
    'langfuse.observation.model.name': 'shown',
    'llm.model_name': 'third',
    'ai.model.id': 'fourth',
  });
  expect(span.attributes).toMatchObject({ 'gen_ai.request.model': 'asked', 'llm.model': 'asked' });
  const { 'gen_ai.request.model': _asked, 'llm.model': _model, ...others } = span.attributes;
  expect(derived(others).attributes['llm.model']).toBe('shown');
});

test('LangSmith, whose details may be Python’s repr', () => {
  const span = derived({
    'langsmith.span.kind': 'llm',
    'langsmith.metadata.ls_provider': 'anthropic',
    'langsmith.metadata.ls_model_name': 'claude',
    'langsmith.metadata.thread_id': 's1',
    'gen_ai.prompt': json({
      messages: [
        [{ lc: 1, type: 'constructor', id: ['langchain', 'schema', 'HumanMessage'], kwargs: { content: 'hi' } }],
      ],
    }),
    'gen_ai.completion': json({ generations: [[{ text: 'hello', message: { role: 'ai', content: 'hello' } }]] }),
    'gen_ai.usage.input_tokens': 28,
    'gen_ai.usage.output_tokens': 7,
    'gen_ai.usage.input_token_details': "{'cache_read': 4, 'cache_creation': 3, 'other': None}",
  });
  expect(span).toMatchObject({
    type: 'llm',
    attributes: {
      'llm.input_tokens': 28,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.usage.cache_creation.input_tokens': 3,
      'gen_ai.input.messages': [user('hi')],
      'gen_ai.output.messages': [assistant('hello')],
      'gen_ai.conversation.id': 's1',
      'llm.provider': 'anthropic',
    },
  });
});

test('Laminar', () => {
  const span = derived({
    'lmnr.span.type': 'TOOL',
    'lmnr.span.input': json({ city: 'Paris' }),
    'lmnr.span.output': json('sunny'),
    'lmnr.association.properties.user_id': 'u1',
    'lmnr.association.properties.tags': ['x'],
  });
  expect(span).toMatchObject({
    type: 'tool',
    attributes: {
      'gen_ai.tool.call.arguments': { city: 'Paris' },
      'gen_ai.tool.call.result': 'sunny',
      'user.id': 'u1',
      'tag.tags': ['x'],
    },
  });
});

test('Pydantic AI’s list of events', () => {
  const events = json([
    { 'event.name': 'gen_ai.system.message', content: 'Be brief.', 'gen_ai.message.index': 0 },
    { 'event.name': 'gen_ai.user.message', content: 'hi', role: 'user' },
    { 'event.name': 'gen_ai.choice', index: 0, message: { role: 'assistant', content: 'hello' } },
  ]);
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.response.finish_reasons': '["stop"]', events };
  const span = derived(attributes, { scope: 'pydantic-ai' });
  expect(span.attributes).toMatchObject({
    'gen_ai.input.messages': [{ role: 'system', parts: [text('Be brief.')] }, user('hi')],
    'gen_ai.output.messages': [{ ...assistant('hello'), finish_reason: 'stop' }],
    'llm.finish_reasons': ['stop'],
  });
  // The names are anybody's where another scope sends them.
  expect(derived(attributes, { scope: 'shop' }).attributes).not.toHaveProperty(['gen_ai.input.messages']);
});

test('MLflow, whose values are JSON each', () => {
  const span = derived({
    'mlflow.spanType': '"CHAT_MODEL"',
    'mlflow.chat.tokenUsage': json({ input_tokens: 21, output_tokens: 7, total_tokens: 28 }),
    'mlflow.spanInputs': json({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }),
    'mlflow.spanOutputs': json({
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } }],
    }),
  });
  expect(span).toMatchObject({
    type: 'llm',
    attributes: {
      'gen_ai.request.model': 'gpt-4o-mini',
      'llm.total_tokens': 28,
      'gen_ai.input.messages': [user('hi')],
      'gen_ai.output.messages': [{ ...assistant('hello'), finish_reason: 'stop' }],
    },
  });
});

test('Braintrust, its scores among it', () => {
  const span = derived({
    'braintrust.span_attributes': json({ type: 'llm', name: 'chat' }),
    'braintrust.metadata': json({ model: 'gpt-4o-mini', provider: 'openai', session_id: 's1' }),
    'braintrust.metrics': json({ prompt_tokens: 21, completion_tokens: 7, tokens: 28 }),
    'braintrust.input_json': json([{ role: 'user', content: 'hi' }]),
    'braintrust.output_json': json([{ index: 0, message: { role: 'assistant', content: 'hello' } }]),
    'braintrust.scores': json({ accuracy: 0.5 }),
  });
  expect(span).toMatchObject({
    type: 'llm',
    scores: [{ name: 'accuracy', value: 0.5 }],
    attributes: {
      'llm.provider': 'openai',
      'llm.input_tokens': 21,
      'gen_ai.input.messages': [user('hi')],
      'gen_ai.output.messages': [assistant('hello')],
      'gen_ai.conversation.id': 's1',
    },
  });
});

test('Genkit', () => {
  const span = derived({
    'genkit:name': 'googleai/gemini-2.5-flash',
    'genkit:metadata:subtype': 'model',
    'genkit:input': json({
      messages: [{ role: 'user', content: [{ text: 'Weather?' }] }],
      config: { temperature: 0.2 },
    }),
    'genkit:output': json({
      message: { role: 'model', content: [{ toolRequest: { ref: 'c1', name: 'weather', input: { city: 'Paris' } } }] },
      finishReason: 'stop',
      usage: { inputTokens: 5, outputTokens: 2, totalTokens: 7 },
    }),
  });
  expect(span).toMatchObject({
    type: 'llm',
    attributes: {
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.request.temperature': 0.2,
      'llm.total_tokens': 7,
      'gen_ai.input.messages': [user('Weather?')],
      'gen_ai.output.messages': [{ role: 'assistant', parts: [call], finish_reason: 'stop' }],
    },
  });
});

test('Google’s ADK', () => {
  const span = derived({
    'gen_ai.system': 'gcp.vertex.agent',
    'gcp.vertex.agent.llm_request': json({
      model: 'gemini-2.5-flash',
      contents: [{ role: 'user', parts: [{ text: 'Weather?' }] }],
      config: { temperature: 0.2, system_instruction: 'Be brief.' },
    }),
    'gcp.vertex.agent.llm_response': json({
      content: { role: 'model', parts: [{ function_call: { id: 'c1', name: 'weather', args: { city: 'Paris' } } }] },
      finish_reason: 'STOP',
      usage_metadata: { prompt_token_count: 5, candidates_token_count: 2, total_token_count: 7 },
    }),
    'gcp.vertex.agent.session_id': 's1',
  });
  expect(span).toMatchObject({
    type: 'llm',
    attributes: {
      'gen_ai.request.model': 'gemini-2.5-flash',
      'llm.input_tokens': 5,
      'llm.provider': 'gcp.vertex_ai',
      'gen_ai.system_instructions': [text('Be brief.')],
      'gen_ai.input.messages': [user('Weather?')],
      'gen_ai.output.messages': [{ role: 'assistant', parts: [call], finish_reason: 'stop' }],
      'gen_ai.conversation.id': 's1',
    },
  });
});

test('LiveKit', () => {
  const span = derived({
    'gen_ai.operation.name': 'chat',
    'lk.chat_ctx': json({ items: [{ type: 'message', role: 'user', content: ['hi'] }] }),
    'lk.response.text': 'hello',
  });
  expect(span.attributes).toMatchObject({
    'gen_ai.input.messages': [user('hi')],
    'gen_ai.output.messages': [assistant('hello')],
  });
  const tool = derived({
    'lk.function_tool.name': 'weather',
    'lk.function_tool.arguments': '{"city": "Paris"}',
    'lk.function_tool.output': 'sunny',
  });
  expect(tool).toMatchObject({
    type: 'tool',
    attributes: {
      'gen_ai.tool.name': 'weather',
      'gen_ai.tool.call.arguments': { city: 'Paris' },
      'gen_ai.tool.call.result': 'sunny',
    },
  });
});

test('a ranking of the Vercel AI SDK', () => {
  const span = derived({
    'ai.operationId': 'ai.rerank.doRerank',
    'ai.documents': [json('first'), json({ id: 'd1' })],
    'ai.ranking': [json({ index: 1, relevanceScore: 0.75 }), json({ originalIndex: 0, score: 0.5 })],
  });
  expect(span).toMatchObject({
    type: 'rerank',
    attributes: {
      'gen_ai.retrieval.documents': [
        { id: 'd1', score: 0.75 },
        { content: 'first', score: 0.5 },
      ],
    },
  });
});

test('what nests too deep stays text', () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const attributes = { 'openinference.span.kind': 'LLM', 'input.value': deep, 'llm.invocation_parameters': deep };
  expect(derived(attributes).attributes['llm.prompt']).toBe(deep);
});

test('MCP: a tool that is called is a tool', () => {
  expect(derived({ 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'weather' }).type).toBe('tool');
  expect(derived({ 'mcp.method.name': 'tools/list' }).type).toBe('span');
});

test('the first SDKs of the project, whose prompts are texts', () => {
  const span = derived({
    'llm.provider': 'OpenAI',
    'llm.model': 'gpt-4',
    'llm.operation': 'chat_completion',
    'llm.prompt': 'hi',
    'llm.response': 'hello',
    'llm.input_tokens': 3,
    'llm.output_tokens': 4,
    'llm.cost': 0.5,
  });
  expect(span).toMatchObject({
    type: 'llm',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4',
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.input.messages': [user('hi')],
      'llm.provider': 'OpenAI',
      'llm.total_tokens': 7,
    },
  });
});

test('a type that was sent stands, one that is none does not', () => {
  expect(derived({ 'gen_ai.operation.name': 'chat' }, { type: 'guardrail' }).type).toBe('guardrail');
  expect(derived({ 'gen_ai.operation.name': 'chat' }, { type: 'strange' }).type).toBe('llm');
  expect(derived({}, { type: 'tool' }).type).toBe('tool');
});

test('spans that say nothing of GenAI are left as they are', () => {
  const attributes = {
    'http.request.method': 'GET',
    'user.id': 'u1',
    'session.id': 's1',
    'enduser.id': 'e',
    tags: ['x'],
    events: '[]',
  };
  const document = documentOfSpans([{ id: 'a', attributes }]);
  expect(withDerived(document)).toEqual(document);
});

test('messages sent in the canonical way are read in one shape too', () => {
  const span = derived({
    'gen_ai.operation.name': 'chat',
    'gen_ai.input.messages': json([
      { role: 'user', parts: [text('hi'), { type: 'blob', modality: 'image', content: 'AAAA' }] },
    ]),
    'gen_ai.output.messages': json([
      { role: 'assistant', parts: [{ type: 'tool_call_response', id: 'c1', result: 'sunny' }], finish_reason: 'stop' },
    ]),
  });
  expect(spanMessages(span)).toMatchObject({
    input: [{ role: 'user', parts: [text('hi'), { type: 'blob', modality: 'image', content: 'AAAA' }] }],
    output: [
      {
        role: 'assistant',
        parts: [{ type: 'tool_call_response', id: 'c1', response: 'sunny' }],
        finish_reason: 'stop',
      },
    ],
  });
  expect(span.attributes['gen_ai.input.messages']).toEqual(expect.any(String));
});
