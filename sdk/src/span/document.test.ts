import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { toTraceDocument, type TraceDocument, withDerived } from 'noveum-proto';
import { type Host, startHost } from '../../test/support/otel-host.js';
import { contextAttributes, withContext } from '../context/index.js';
import {
  getCurrentSpan,
  observe,
  traceAgent,
  traceEmbedding,
  traceLlm,
  traceLlmCall,
  traceRetrieval,
  traceTool,
} from './index.js';

/** What the pipeline does as a span begins. */
const withFields: SpanProcessor = {
  onStart: (span, of) => void span.setAttributes(contextAttributes(of)),
  onEnd: () => undefined,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

let host: Host;
beforeEach(() => {
  host = startHost({ content: true, processors: [withFields] });
});
afterEach(() => {
  host.stop();
});

/** As the collector stores it: what the stock encoder sends, read by the collector's own rules. */
const stored = (): TraceDocument => {
  const payload = ProtobufTraceSerializer.serializeRequest([...host.spans()]);
  const document = toTraceDocument([
    { kind: 'otlp-spans', payload: payload!, project: 'p', keyEnvironment: null, receivedAtMillis: 0 },
  ]);
  return withDerived(document!);
};

const spanOf = (document: TraceDocument, name: string) => document.spans.find((span) => span.name === name)!;

test('a trace of all kinds is the document it should be', async () => {
  const tool = traceTool(({ city }: { city: string }) => ({ city, degrees: 21 }), { name: 'weather' });
  const embed = traceEmbedding(
    async (_text: string) => ({ data: [{ embedding: [0, 1] }], usage: { prompt_tokens: 2, total_tokens: 2 } }),
    {
      model: 'text-embedding-3-small',
      provider: 'openai',
    },
  );
  const retrieve = traceRetrieval(async (_query: string) => [{ id: 'd1', score: 0.9, content: 'sunny' }], {
    name: 'docs',
  });
  const answer = traceLlm(
    async (_request: { model: string; messages: { role: string; content: string }[] }) => ({
      id: 'm1',
      role: 'assistant',
      model: 'claude-sonnet-4',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: '21 degrees' }],
      usage: { input_tokens: 100, cache_read_input_tokens: 20, output_tokens: 10 },
    }),
    { provider: 'anthropic' },
  );
  const parse = observe((text: string) => text.length, { name: 'parse' });
  const agent = traceAgent(
    async (question: string) => {
      tool({ city: 'Rome' });
      await embed(question);
      await retrieve(question);
      const { content } = await answer({ model: 'claude-sonnet-4', messages: [{ role: 'user', content: question }] });
      parse('x');
      getCurrentSpan()?.addScore({ name: 'helpful', value: 1 });
      return content[0]!.text;
    },
    { name: 'guide' },
  );
  await withContext({ userId: 'u1', sessionId: 's1', tags: ['beta'], metadata: { tier: 'pro' } }, () => agent('Rome?'));

  const document = stored();
  expect(document.spans.map(({ name, type }) => [name, type]).sort()).toEqual([
    ['chat claude-sonnet-4', 'llm'],
    ['embeddings text-embedding-3-small', 'embedding'],
    ['execute_tool weather', 'tool'],
    ['invoke_agent guide', 'agent'],
    ['parse', 'span'],
    ['retrieval docs', 'retrieval'],
  ]);
  expect(document.metadata).toMatchObject({ user_id: 'u1', session_id: 's1', tags: { beta: true } });
  expect(document.attributes).toMatchObject({ total_input_tokens: 122, total_output_tokens: 10 });
  expect(document.models).toEqual(['claude-sonnet-4', 'text-embedding-3-small']);
  expect(document.providers).toEqual(['anthropic', 'openai']);
  expect(document.scores).toMatchObject([{ name: 'helpful', value: 1 }]);
  expect(spanOf(document, 'chat claude-sonnet-4').attributes).toMatchObject({
    'llm.model': 'claude-sonnet-4',
    'llm.prompt': 'Rome?',
    'llm.response': '21 degrees',
    'llm.input_tokens': 120,
    'gen_ai.usage.cache_read.input_tokens': 20,
    'noveum.metadata.tier': 'pro',
  });
  expect(spanOf(document, 'invoke_agent guide').attributes).toMatchObject({
    'llm.prompt': 'Rome?',
    'llm.response': '21 degrees',
  });
  expect(spanOf(document, 'parse').attributes).toMatchObject({ 'input.value': 'x', 'output.value': '1' });
});

test('a stream and a failure are told too', async () => {
  const stream = traceLlmCall(
    async function* () {
      yield { model: 'gpt-4o', choices: [{ delta: { content: 'Hi' } }] };
      yield { choices: [{ delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 4, completion_tokens: 1 } };
      throw new RangeError('cut off');
    },
    { model: 'gpt-4o', provider: 'openai' },
  );
  await expect(
    (async () => {
      for await (const _ of stream());
    })(),
  ).rejects.toThrow('cut off');
  const document = stored();
  expect(document.status).toBe('error');
  expect(document.error_types).toEqual(['RangeError']);
  expect(document.spans[0]!.attributes).toMatchObject({
    'llm.input_tokens': 4,
    'llm.response': 'Hi',
    'gen_ai.request.stream': true,
  });
});

test("a cost that the application tells is the document's", () => {
  observe(() => getCurrentSpan()?.setUsage({ inputTokens: 1, outputTokens: 1, costUsd: 0.25 }), {
    type: 'llm',
    model: 'm',
  })();
  expect(stored().attributes).toMatchObject({ total_cost: 0.25 });
});
