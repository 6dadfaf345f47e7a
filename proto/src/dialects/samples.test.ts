import { schemaProblems } from '../../test/json-schema.js';
import { documentOfSpans, type ToldSpan } from '../../test/native-spans.js';
import { type SpanDocument, toOtlp } from '../document/index.js';
import { spanMessages, withDerived } from './index.js';

/** Spans as libraries of these dialects send them, beyond the captures: shapes that took a rule of their own. */
const spanOf = (told: Partial<ToldSpan>): SpanDocument => {
  const [span] = withDerived(documentOfSpans([{ id: 'a', ...told }])).spans;
  if (span === undefined) throw new Error('there is a span');
  return span;
};

const of = (attributes: Readonly<Record<string, unknown>>, told: Partial<ToldSpan> = {}): SpanDocument =>
  spanOf({ ...told, attributes });

const json = JSON.stringify;
const text = (content: string) => ({ type: 'text', content });

describe('media, whoever sends them', () => {
  const content = 'llm.input_messages.0.message.contents';

  test('OpenInference: images in line and by address, audio with its type', () => {
    const span = of({
      'openinference.span.kind': 'LLM',
      'llm.input_messages.0.message.role': 'user',
      [`${content}.0.message_content.type`]: 'text',
      [`${content}.0.message_content.text`]: 'What is it?',
      [`${content}.1.message_content.type`]: 'image',
      [`${content}.1.message_content.image.image.url`]: 'data:image/png;base64,AAAA',
      [`${content}.2.message_content.type`]: 'image',
      [`${content}.2.message_content.image.image.url`]: 'https://example.com/a.png',
      [`${content}.3.message_content.type`]: 'audio',
      [`${content}.3.message_content.audio.audio.url`]: 'https://example.com/a.wav',
      [`${content}.3.message_content.audio.audio.mime_type`]: 'audio/wav',
    });
    expect(spanMessages(span).input).toEqual([
      {
        role: 'user',
        parts: [
          text('What is it?'),
          { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' },
          { type: 'uri', modality: 'image', uri: 'https://example.com/a.png' },
          { type: 'uri', modality: 'audio', mime_type: 'audio/wav', uri: 'https://example.com/a.wav' },
        ],
      },
    ]);
  });

  test('Vercel: a file is what its type says, in prompts and in responses', () => {
    const span = of({
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.prompt.messages': json([
        {
          role: 'user',
          content: [
            { type: 'file', data: 'AAAA', mediaType: 'application/pdf' },
            { type: 'file', data: 'BBBB', mediaType: 'image/png' },
          ],
        },
      ]),
      'ai.response.files': json([{ type: 'file', mediaType: 'image/png', base64: 'CCCC' }]),
    });
    const blob = (modality: string, mimeType: string, data: string) => ({
      type: 'blob',
      modality,
      mime_type: mimeType,
      content: data,
    });
    expect(spanMessages(span).input[0]?.parts).toEqual([
      blob('document', 'application/pdf', 'AAAA'),
      blob('image', 'image/png', 'BBBB'),
    ]);
    expect(spanMessages(span).output[0]?.parts).toEqual([blob('image', 'image/png', 'CCCC')]);
  });

  test('Gemini: files by address', () => {
    const span = of({
      'gen_ai.operation.name': 'chat',
      'gen_ai.prompt': json([
        { role: 'user', parts: [{ fileData: { fileUri: 'gs://bucket/a.mp4', mimeType: 'video/mp4' } }] },
      ]),
    });
    expect(spanMessages(span).input[0]?.parts).toEqual([
      { type: 'uri', modality: 'video', mime_type: 'video/mp4', uri: 'gs://bucket/a.mp4' },
    ]);
  });
});

describe('OpenInference', () => {
  test('a call that contents mark and tool calls name is one', () => {
    const message = 'llm.output_messages.0.message';
    for (const id of [{}, { [`${message}.contents.1.message_content.id`]: 'toolu_1' }]) {
      const span = of({
        'openinference.span.kind': 'LLM',
        [`${message}.role`]: 'assistant',
        [`${message}.contents.0.message_content.type`]: 'text',
        [`${message}.contents.0.message_content.text`]: 'Let me look.',
        [`${message}.contents.1.message_content.type`]: 'tool_use',
        ...id,
        [`${message}.tool_calls.0.tool_call.id`]: 'toolu_1',
        [`${message}.tool_calls.0.tool_call.function.name`]: 'get_weather',
        [`${message}.tool_calls.0.tool_call.function.arguments`]: json({ city: 'Paris' }),
      });
      expect(spanMessages(span).output[0]?.parts).toEqual([
        text('Let me look.'),
        { type: 'tool_call', id: 'toolu_1', name: 'get_weather', arguments: { city: 'Paris' } },
      ]);
    }
  });

  test('what stops a call may be a line’s end; tokens that came out of the cache may be called its input', () => {
    const span = of({
      'openinference.span.kind': 'LLM',
      'llm.invocation_parameters': json({ stop: ['\n', ''] }),
      'llm.token_count.prompt': 10,
      'llm.token_count.prompt_details.cache_input': 4,
    });
    expect(span.attributes).toMatchObject({
      'gen_ai.request.stop_sequences': ['\n'],
      'gen_ai.usage.cache_read.input_tokens': 4,
      'llm.input_tokens': 10,
    });
  });

  test('messages of LangChain, as its tracer writes them', () => {
    const messages = [
      { type: 'human', data: { content: 'Weather in Paris?', type: 'human' } },
      {
        type: 'ai',
        data: { content: '', type: 'ai', tool_calls: [{ name: 'get_weather', args: { city: 'Paris' }, id: 'c' }] },
      },
      { type: 'tool', data: { content: '18C', type: 'tool', name: 'get_weather', tool_call_id: 'c' } },
    ];
    const expected = [
      { role: 'user', parts: [text('Weather in Paris?')] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'get_weather', arguments: { city: 'Paris' } }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: '18C' }] },
    ];
    const chain = of({ 'openinference.span.kind': 'CHAIN', 'output.value': json({ messages }) });
    expect(spanMessages(chain).output).toEqual(expected);
    const command = of({
      'openinference.span.kind': 'CHAIN',
      'output.value': json([{ graph: null, update: { messages }, resume: null, goto: [] }]),
    });
    expect(spanMessages(command).output).toEqual(expected);
  });
});

describe('what was thought is within the output', () => {
  test.each<[total: number | undefined, reasoning: number, output: number]>([
    [33, 20, 23],
    [undefined, 20, 23],
    [13, 20, 3],
    [13, 2, 3],
    [15, 2, 5],
  ])('Gemini counts it beside what was answered, others in it: total %p, thought %d, output %d', (...told) => {
    const [total, reasoning, output] = told;
    const span = of({
      'gcp.vertex.agent.llm_response': json({
        usage_metadata: {
          prompt_token_count: 10,
          candidates_token_count: 3,
          thoughts_token_count: reasoning,
          total_token_count: total,
        },
      }),
      'gcp.vertex.agent.llm_request': json({ model: 'gemini-2.5-flash' }),
    });
    expect(span.attributes).toMatchObject({ 'llm.input_tokens': 10, 'llm.output_tokens': output });
    const { rules } = span.noveum?.['derived'] as { rules: string[] };
    expect(rules.includes('usage/total-holds-reasoning-beside-output')).toBe(output > 3);
  });
});

describe('Traceloop', () => {
  test('every choice says why it ended, also where its content is kept back', () => {
    const span = of({
      'llm.request.type': 'chat',
      'gen_ai.completion.0.finish_reason': 'end_turn',
      'gen_ai.completion.1.finish_reason': 'max_tokens',
    });
    expect(span.attributes['gen_ai.response.finish_reasons']).toEqual(['stop', 'length']);
    expect(spanMessages(span).output.map(({ parts }) => parts)).toEqual([[], []]);
    expect(span.attributes).not.toHaveProperty('llm.response');
  });
});

describe('Langfuse', () => {
  const generation = (more: object) => of({ 'langfuse.observation.type': 'generation', ...more });

  test('usage by the names of its JavaScript SDK, and a cost that has parts only', () => {
    const span = generation({
      'langfuse.observation.usage_details': json({ promptTokens: 21, completionTokens: 7, totalTokens: 28 }),
      'langfuse.observation.cost_details': json({ input: 0.25, output: 0.5, cache_read_input_tokens: 0.125 }),
    });
    expect(span.attributes).toMatchObject({
      'llm.input_tokens': 21,
      'llm.output_tokens': 7,
      'llm.total_tokens': 28,
      'llm.cost': 0.875,
    });
  });

  test('a retriever’s query and what it found', () => {
    const span = of({
      'langfuse.observation.type': 'retriever',
      'langfuse.observation.input': json({ query: 'weather' }),
      'langfuse.observation.output': json([{ id: 1, page_content: 'sunny', embedding: [1, 2] }]),
    });
    expect(span).toMatchObject({
      type: 'retrieval',
      attributes: {
        'gen_ai.retrieval.query.text': 'weather',
        'gen_ai.retrieval.documents': [{ id: 1, content: 'sunny' }],
      },
    });
  });
});

describe('LangSmith', () => {
  test('a generation of LangChain: its calls and why it ended', () => {
    const kwargs = { content: 'Let me look.', type: 'ai', tool_calls: [{ name: 'f', args: { a: 1 }, id: 'c' }] };
    const message = { lc: 1, type: 'constructor', id: ['langchain', 'schema', 'messages', 'AIMessage'], kwargs };
    const span = of({
      'langsmith.span.kind': 'llm',
      'langsmith.span.tags': 'seq:step:1, prod',
      'gen_ai.completion': json({
        generations: [[{ text: 'Let me look.', generation_info: { finish_reason: 'tool_calls' }, message }]],
        llm_output: null,
      }),
    });
    expect(spanMessages(span).output).toEqual([
      {
        role: 'assistant',
        parts: [text('Let me look.'), { type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } }],
        finish_reason: 'tool_call',
      },
    ]);
    expect(span.attributes).toMatchObject({
      'gen_ai.response.finish_reasons': ['tool_call'],
      'tag.tags': ['seq:step:1', 'prod'],
    });
  });

  test('a retriever has a query and documents, and no messages; a tool neither', () => {
    const retriever = of({
      'langsmith.span.kind': 'retriever',
      'gen_ai.prompt': json({ query: 'weather' }),
      'gen_ai.completion': json({ documents: [{ page_content: 'sunny', metadata: {} }] }),
    });
    expect(retriever.attributes).toMatchObject({
      'gen_ai.retrieval.query.text': 'weather',
      'gen_ai.retrieval.documents': [{ content: 'sunny', metadata: {} }],
    });
    const tool = of({
      'langsmith.span.kind': 'tool',
      'gen_ai.prompt': json({ city: 'Paris' }),
      'gen_ai.completion': json({ output: '18C' }),
    });
    expect(tool.attributes).toMatchObject({
      'gen_ai.tool.call.arguments': { city: 'Paris' },
      'gen_ai.tool.call.result': { output: '18C' },
    });
    for (const span of [retriever, tool]) {
      expect(spanMessages(span).input).toEqual([]);
      expect(spanMessages(span).output).toEqual([]);
    }
  });
});

test('MLflow’s texts are JSON, and shown without quotes', () => {
  const span = of({
    'mlflow.spanType': '"CHAT_MODEL"',
    'mlflow.llm.model': '"gpt-4o"',
    'mlflow.trace.session': '"s-1"',
    'mlflow.trace.user': '"ada"',
  });
  expect(span.attributes).toMatchObject({
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.conversation.id': 's-1',
    'user.id': 'ada',
  });
});

test('vectors are no answer: of an embedding only their length is told', () => {
  const genkit = of({
    'genkit:name': 'googleai/text-embedding-004',
    'genkit:metadata:subtype': 'embedder',
    'genkit:input': json({ input: [{ content: [{ text: 'hello' }] }] }),
    'genkit:output': json({ embeddings: [{ embedding: [1, 2, 3] }] }),
  });
  const langfuse = of({
    'langfuse.observation.type': 'embedding',
    'langfuse.observation.input': json('hello'),
    'langfuse.observation.output': json([[1, 2, 3]]),
  });
  expect(genkit.attributes).toMatchObject({ 'llm.prompt': 'hello', 'gen_ai.embeddings.dimension.count': 3 });
  for (const { attributes } of [genkit, langfuse])
    for (const name of ['llm.response', 'gen_ai.output.messages']) expect(attributes).not.toHaveProperty(name);
});

test('Anthropic’s own SDK says why a call ended', () => {
  const span = of({ 'gen_ai.operation.name': 'chat', 'anthropic.message.stop_reason': 'tool_use' });
  expect(span.attributes['llm.finish_reasons']).toEqual(['tool_call']);
});

test('an exception of a client’s operation says its type as any exception does', () => {
  const span = spanOf({
    status: 'error',
    attributes: { 'gen_ai.operation.name': 'chat' },
    events: [{ name: 'gen_ai.client.operation.exception', attributes: { 'exception.type': 'RateLimitError' } }],
  });
  expect(span.attributes['error.type']).toBe('RateLimitError');
});

test.each([
  ['langfuse', { 'langfuse.observation.type': 'tool' }, { 'langfuse.observation.type': 'agent' }],
  ['laminar', { 'lmnr.span.type': 'TOOL' }, null],
  ['mlflow', { 'mlflow.spanType': '"TOOL"' }, { 'mlflow.spanType': '"AGENT"' }],
  ['openinference', { 'openinference.span.kind': 'TOOL' }, { 'openinference.span.kind': 'AGENT' }],
])('%s: a tool or agent that is named nowhere else is named by its span', (dialect, tool, agent) => {
  const called = of(tool, { name: 'get_weather' });
  expect(called.attributes['gen_ai.tool.name']).toBe('get_weather');
  expect((called.noveum?.['derived'] as { rules: string[] }).rules).toContain(`${dialect}/name`);
  if (agent !== null) expect(of(agent, { name: 'planner' }).attributes['gen_ai.agent.name']).toBe('planner');
  const named = of({ ...tool, 'gen_ai.tool.name': 'other' }, { name: 'get_weather' });
  expect(named.attributes['gen_ai.tool.name']).toBe('other');
});

test('a failure that Langfuse tells by its level is one, and what was sent can be given back', () => {
  const attributes = {
    'langfuse.observation.type': 'generation',
    'langfuse.observation.level': 'ERROR',
    'langfuse.observation.status_message': 'no such model',
  };
  const sent = documentOfSpans([{ id: 'a', attributes, status: 'unset' }]);
  const document = withDerived(sent);
  expect(document.spans[0]).toMatchObject({
    status: 'error',
    status_message: 'no such model',
    attributes: { 'error.type': '_OTHER' },
    noveum: { derived: { sent_status: { status: 'unset', status_message: null } } },
  });
  expect(document).toMatchObject({ error_count: 1, has_error: true, error_types: ['_OTHER'] });
  expect(schemaProblems(document)).toEqual([]);
  expect(withDerived(JSON.parse(json(document)) as typeof document)).toEqual(document);
  expect(toOtlp(document)).toEqual(toOtlp(sent));
  // A status that was sent stands.
  const [ok] = withDerived(documentOfSpans([{ id: 'a', attributes, status: 'ok' }])).spans;
  expect(ok?.status).toBe('ok');
});

describe('message events, each SDK in its way', () => {
  const event = (name: string, attributes: Readonly<Record<string, unknown>>) => ({ name, attributes });
  const messagesOf = (...events: readonly ReturnType<typeof event>[]) =>
    spanMessages(spanOf({ attributes: { 'gen_ai.operation.name': 'chat' }, events }));
  const called = { type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } };

  test('all of the message in one attribute, as Azure’s SDKs send it', () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
    const choice = { index: 0, finish_reason: 'tool_calls', message: { content: 'yo', tool_calls: [call] } };
    const { input, output } = messagesOf(
      event('gen_ai.user.message', { 'gen_ai.event.content': json({ role: 'user', content: 'hi' }) }),
      event('gen_ai.choice', { 'gen_ai.system': 'az.ai.inference', 'gen_ai.event.content': json(choice) }),
    );
    expect(input).toEqual([{ role: 'user', parts: [text('hi')] }]);
    expect(output).toEqual([{ role: 'assistant', parts: [text('yo'), called], finish_reason: 'tool_call' }]);
  });

  test('contents as Bedrock’s parts, as Strands sends them', () => {
    const { input, output } = messagesOf(
      event('gen_ai.user.message', { content: json([{ text: 'hi' }]) }),
      event('gen_ai.choice', {
        finish_reason: 'tool_use',
        message: json([{ text: 'yo' }, { toolUse: { toolUseId: 'c', name: 'f', input: { a: 1 } } }]),
      }),
    );
    expect(input).toEqual([{ role: 'user', parts: [text('hi')] }]);
    expect(output).toEqual([{ role: 'assistant', parts: [text('yo'), called], finish_reason: 'tool_call' }]);
  });

  test('an answer that is JSON stays the text that it is', () => {
    const { output } = messagesOf(event('gen_ai.choice', { message: json({ content: '[{"text":"a","n":1}]' }) }));
    expect(output).toEqual([{ role: 'assistant', parts: [text('[{"text":"a","n":1}]')] }]);
  });
});

test.each([
  [{ 'db.system': 'chroma', 'db.operation': 'query', 'db.chroma.query.n_results': 2 }, 2],
  [{ 'db.system': 'Pinecone', 'pinecone.query.top_k': 3 }, 3],
  [{ 'db.system': 'milvus', 'db.milvus.search.collection_name': 'docs' }, undefined],
])('a query of a vector database is a retrieval: %j', (attributes, top) => {
  const found = { 'db.query.result.id': '1', 'db.query.result.distance': 0.5, 'db.query.result.document': 'sunny' };
  const span = of(attributes, { events: [{ name: 'db.query.result', attributes: found }] });
  expect(span.type).toBe('retrieval');
  expect(span.attributes['gen_ai.request.top_k']).toBe(top);
  expect(span.attributes['gen_ai.retrieval.documents']).toEqual([{ id: '1', score: 0.5, content: 'sunny' }]);
});
