import { documentOfSpans, type ToldSpan } from '../../test/native-spans.js';
import type { TraceDocument } from '../document/index.js';
import { countCalls, createFactsReader, withDerived } from './index.js';

const derivedOf = (...spans: readonly ToldSpan[]): TraceDocument => withDerived(documentOfSpans(spans));

const only = (document: TraceDocument, id: string) => {
  const span = document.spans.find(({ span_id: spanId }) => spanId === id);
  if (span === undefined) throw new Error('no such span');
  return span;
};

/** Ids of the spans whose tokens count in the trace. */
const countedOf = (document: TraceDocument): string[] =>
  document.spans
    .filter((span) => (span.noveum?.['derived'] as Record<string, unknown> | undefined)?.['usage_counts'] === true)
    .map((span) => span.span_id)
    .sort();

const usage = (input: number, output: number) => ({
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
});

const anthropic = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude',
};

describe('cached tokens are not counted twice', () => {
  const cached = { 'gen_ai.usage.cache_read.input_tokens': 4, 'gen_ai.usage.cache_creation.input_tokens': 3 };

  test('where the input holds them, as the conventions say', () => {
    const span = only(derivedOf({ id: 'a', attributes: { ...anthropic, ...usage(28, 5), ...cached } }), 'a');
    expect(span.attributes).toMatchObject({ 'llm.input_tokens': 28, 'llm.total_tokens': 33 });
    expect(span.noveum?.['derived']).toMatchObject({ rules: [] });
  });

  test('where more is cached than the input says, it leaves them out and they are added once, by a rule', () => {
    const span = only(derivedOf({ id: 'a', attributes: { ...anthropic, ...usage(5, 5), ...cached } }), 'a');
    expect(span.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 5,
      'llm.input_tokens': 12,
      'llm.total_tokens': 17,
    });
    expect(span.noveum?.['derived']).toMatchObject({ rules: ['usage/more-cached-than-input'] });
  });

  test('where only the total as sent has room for them', () => {
    const attributes = { ...anthropic, ...usage(21, 5), ...cached, 'gen_ai.usage.total_tokens': 33 };
    expect(only(derivedOf({ id: 'a', attributes }), 'a').attributes).toMatchObject({ 'llm.input_tokens': 28 });
    const within = { ...attributes, 'gen_ai.usage.total_tokens': 26 };
    expect(only(derivedOf({ id: 'a', attributes: within }), 'a').attributes).toMatchObject({ 'llm.input_tokens': 21 });
  });

  const vercel = {
    'ai.operationId': 'ai.generateText.doGenerate',
    'ai.model.provider': 'anthropic.messages',
    'ai.model.id': 'claude',
    'ai.usage.outputTokens': 5,
    'ai.usage.cachedInputTokens': 4,
  };

  test('Vercel’s SDK to v5 leaves Anthropic’s out of the input, later ones hold them', () => {
    const v5 = { ...vercel, 'ai.usage.inputTokens': 21 };
    expect(only(derivedOf({ id: 'a', attributes: v5 }), 'a').attributes).toMatchObject({ 'llm.input_tokens': 25 });
    const v6 = { ...vercel, 'ai.usage.inputTokens': 25, 'ai.usage.inputTokenDetails.cacheReadTokens': 4 };
    expect(only(derivedOf({ id: 'a', attributes: v6 }), 'a').attributes).toMatchObject({ 'llm.input_tokens': 25 });
    const openai = { ...v5, 'ai.model.provider': 'openai.chat' };
    expect(only(derivedOf({ id: 'a', attributes: openai }), 'a').attributes).toMatchObject({ 'llm.input_tokens': 21 });
  });

  test('Traceloop’s Anthropic to 0.30 leaves them out, later ones hold them', () => {
    const attributes = {
      'gen_ai.system': 'Anthropic',
      'llm.request.type': 'chat',
      'gen_ai.usage.prompt_tokens': 21,
      'gen_ai.usage.completion_tokens': 5,
      'gen_ai.usage.cache_read_input_tokens': 4,
    };
    const scope = 'opentelemetry.instrumentation.anthropic';
    const old = derivedOf({ id: 'a', scope, scopeVersion: '0.30.1', attributes });
    expect(only(old, 'a').attributes).toMatchObject({ 'llm.input_tokens': 25, 'gen_ai.usage.input_tokens': 25 });
    const later = derivedOf({ id: 'a', scope, scopeVersion: '0.40.14', attributes });
    expect(only(later, 'a').attributes).toMatchObject({ 'llm.input_tokens': 21, 'llm.provider': 'anthropic' });
  });

  test('Langfuse’s buckets exclude each other', () => {
    const attributes = {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.usage_details': JSON.stringify({ input: 21, input_cached_tokens: 4, output: 7, total: 32 }),
    };
    expect(only(derivedOf({ id: 'a', attributes }), 'a').attributes).toMatchObject({
      'llm.input_tokens': 25,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'llm.total_tokens': 32,
    });
  });
});

describe('parents that repeat their children', () => {
  test('Vercel’s loop repeats its steps', () => {
    const step = { 'ai.operationId': 'ai.generateText.doGenerate', 'ai.model.id': 'm' };
    const document = derivedOf(
      {
        id: 'loop',
        from: 0,
        to: 9,
        attributes: { 'ai.operationId': 'ai.generateText', 'ai.usage.inputTokens': 76, 'ai.usage.outputTokens': 23 },
      },
      { id: 'one', parent: 'loop', attributes: { ...step, ...usage(55, 16) } },
      { id: 'two', parent: 'loop', attributes: { ...step, ...usage(21, 7) } },
    );
    expect(countedOf(document)).toEqual(['one', 'two']);
    expect(document.attributes['total_tokens']).toBe(99);
  });

  test('Pydantic AI’s run repeats its calls, by whichever of its names', () => {
    const scope = 'pydantic-ai';
    const call = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
    const calls: readonly ToldSpan[] = [
      { id: 'one', parent: 'run', scope, attributes: { ...call, ...usage(10, 2), 'operation.cost': 0.1 } },
      { id: 'tool', parent: 'run', scope, attributes: { 'gen_ai.tool.name': 't', tool_arguments: '{}' } },
      { id: 'two', parent: 'run', scope, attributes: { ...call, ...usage(20, 4), 'operation.cost': 0.2 } },
    ];
    const aggregated = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.aggregated_usage.input_tokens': 30,
      'gen_ai.aggregated_usage.output_tokens': 6,
      'operation.cost': 0.3,
    };
    const older = { agent_name: 'agent', model_name: 'm', all_messages_events: '[]', ...usage(30, 6) };
    for (const attributes of [aggregated, older]) {
      const document = derivedOf({ id: 'run', scope, from: 0, to: 9, attributes }, ...calls);
      expect(countedOf(document)).toEqual(['one', 'two']);
      expect(document.attributes).toMatchObject({ total_tokens: 36, total_cost: 0.3 });
      expect(only(document, 'run').type).toBe('agent');
    }
  });

  test('a run whose calls were not recorded counts itself', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 9 },
      { id: 'run', parent: 'root', attributes: { 'gen_ai.operation.name': 'invoke_agent', ...usage(30, 6) } },
    );
    expect(countedOf(document)).toEqual(['run']);
    expect(document.attributes['total_tokens']).toBe(36);
  });

  test('a framework’s call repeats the vendor’s call in it; a call of a tool’s own does not', () => {
    const call = { 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 10, 'llm.token_count.completion': 2 };
    const document = derivedOf(
      { id: 'outer', scope: 'openinference.instrumentation.langchain', from: 0, to: 9, attributes: call },
      { id: 'http', parent: 'outer', from: 1, to: 8 },
      { id: 'inner', parent: 'http', scope: 'openinference.instrumentation.openai', from: 2, to: 7, attributes: call },
    );
    expect(countedOf(document)).toEqual(['inner']);

    const withTool = derivedOf(
      { id: 'outer', from: 0, to: 9, attributes: call },
      { id: 'tool', parent: 'outer', from: 1, to: 8, attributes: { 'openinference.span.kind': 'TOOL' } },
      { id: 'inner', parent: 'tool', from: 2, to: 7, attributes: call },
    );
    expect(countedOf(withTool)).toEqual(['inner', 'outer']);
    expect(withTool.attributes['total_tokens']).toBe(24);
  });
});

test('an embedding within a call is a call of its own', () => {
  const document = derivedOf(
    { id: 'outer', from: 0, to: 9, attributes: { ...anthropic, ...usage(10, 2) } },
    {
      id: 'inner',
      parent: 'outer',
      from: 1,
      to: 2,
      attributes: { 'gen_ai.operation.name': 'embeddings', 'gen_ai.usage.input_tokens': 8 },
    },
  );
  expect(countedOf(document)).toEqual(['inner', 'outer']);
});

test('totals that were sent stand', () => {
  const spans = [{ id: 'a', attributes: { ...anthropic, ...usage(10, 2) } }];
  const document = withDerived(documentOfSpans(spans, { attributes: { total_tokens: 99 } }));
  expect(document.attributes).toEqual({ total_tokens: 99, total_input_tokens: 10, total_output_tokens: 2 });
});

test('spans that name each other as parents are not climbed for ever', () => {
  const call = { ...anthropic, ...usage(10, 2) };
  const document = derivedOf({ id: 'a', parent: 'b', attributes: call }, { id: 'b', parent: 'a', attributes: call });
  expect(document.span_count).toBe(2);
});

describe('the Anthropic SDK’s own spans', () => {
  const scope = 'com.anthropic.sdk.python';
  const own = { ...anthropic, ...usage(28, 7), 'gen_ai.response.id': 'msg_1' };
  const traceloop = { ...own, 'gen_ai.usage.total_tokens': 35 };
  const openinference = {
    'openinference.span.kind': 'LLM',
    'llm.model_name': 'claude',
    'llm.token_count.prompt': 28,
    'llm.token_count.completion': 7,
  };

  test('under the instrumentor’s count once', () => {
    const document = derivedOf(
      { id: 'outer', scope: 'openinference.instrumentation.anthropic', from: 0, to: 9, attributes: openinference },
      { id: 'own', parent: 'outer', scope, from: 1, to: 8, attributes: own },
    );
    expect(countedOf(document)).toHaveLength(1);
    expect(document.attributes['total_tokens']).toBe(35);
  });

  test('beside the instrumentor’s count once, call by call, in whatever order they come', () => {
    const instrumentor = 'opentelemetry.instrumentation.anthropic';
    const calls = [0, 10, 20].flatMap((from, at): ToldSpan[] => [
      { id: `t${String(at)}`, parent: 'root', scope: instrumentor, from, to: from + 9, attributes: traceloop },
      { id: `a${String(at)}`, parent: 'root', scope, from: from + 1, to: from + 8, attributes: own },
    ]);
    for (const spans of [calls, calls.toReversed()]) {
      const document = derivedOf({ id: 'root', from: 0, to: 40 }, ...spans);
      expect(countedOf(document)).toEqual(['t0', 't1', 't2']);
      expect(document.attributes['total_tokens']).toBe(105);
    }
  });

  test('beside the instrumentor’s count once though the one ends after the other', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 40 },
      { id: 'one', parent: 'root', scope: 'other', from: 1, to: 8, attributes: own },
      { id: 'two', parent: 'root', scope, from: 2, to: 30, attributes: own },
    );
    expect(document.attributes['total_tokens']).toBe(35);
  });

  test('beside a stream of which the instrumentor tells other tokens count once, as the SDK says', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 40 },
      {
        id: 'stream',
        parent: 'root',
        scope: 'opentelemetry.instrumentation.anthropic',
        from: 1,
        to: 30,
        attributes: { ...anthropic, ...usage(11, 6), 'gen_ai.response.id': 'msg_1' },
      },
      { id: 'own', parent: 'root', scope, from: 2, to: 8, attributes: { ...own, ...usage(11, 5) } },
    );
    expect(countedOf(document)).toEqual(['own']);
    expect(document.attributes['total_tokens']).toBe(16);
  });

  test('two calls at once by one instrumentor are two calls', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 40 },
      { id: 'one', parent: 'root', scope, from: 1, to: 8, attributes: own },
      { id: 'two', parent: 'root', scope, from: 1, to: 8, attributes: own },
    );
    expect(countedOf(document)).toEqual(['one', 'two']);
  });

  test('two calls at once by two instrumentors are two calls where their answers differ', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 40 },
      { id: 'one', parent: 'root', scope, from: 1, to: 8, attributes: own },
      {
        id: 'two',
        parent: 'root',
        scope: 'other',
        from: 1,
        to: 8,
        attributes: { ...own, 'gen_ai.usage.output_tokens': 9 },
      },
    );
    expect(countedOf(document)).toEqual(['one', 'two']);
  });
});

describe('costs that were sent', () => {
  const instrumentor = 'openinference.instrumentation.anthropic';
  const call = { ...anthropic, ...usage(28, 7) };
  const priced = { ...call, 'llm.cost.total': 0.5 };
  const unpricedOf = (...spans: readonly ToldSpan[]): string[] => {
    const rows = spans.map((span, at) => {
      const attributes = (span.attributes ?? {}) as Record<string, string | number>;
      const facts = createFactsReader().read(attributes, { scope: { name: span.scope ?? '' }, isRoot: false });
      return {
        spanId: span.id,
        parentId: span.parent ?? null,
        type: facts?.type ?? 'span',
        scopeName: span.scope ?? '',
        startUnixNano: BigInt(span.from ?? at),
        endUnixNano: BigInt(span.to ?? at + 1),
        model: facts?.model ?? null,
        responseId: null,
        inputTokens: facts?.inputTokens ?? null,
        outputTokens: facts?.outputTokens ?? null,
        totalTokens: facts?.totalTokens ?? null,
        costUsd: facts?.costUsd ?? null,
        priceUsd: null,
      } as const;
    });
    return [...countCalls(rows).unpriced].map((row) => row.spanId);
  };

  test('count once, and each call is priced but where one was sent for it', () => {
    const spans: readonly ToldSpan[] = [
      { id: 'root', from: 0, to: 90 },
      { id: 'outer', parent: 'root', scope: instrumentor, from: 0, to: 9, attributes: priced },
      { id: 'inner', parent: 'outer', scope: 'sdk', from: 1, to: 8, attributes: call },
      { id: 'left', parent: 'root', scope: instrumentor, from: 20, to: 29, attributes: call },
      { id: 'right', parent: 'root', scope: 'sdk', from: 21, to: 28, attributes: priced },
      { id: 'free', parent: 'root', scope: instrumentor, from: 40, to: 49, attributes: call },
    ];
    const document = derivedOf(...spans);
    expect(document.attributes).toMatchObject({ total_cost: 1, total_tokens: 105 });
    expect(countedOf(document)).toEqual(['free', 'inner', 'left']);
    expect(unpricedOf(...spans)).toEqual(['free']);
  });

  test('of a run that sums up speak for its calls', () => {
    const spans: readonly ToldSpan[] = [
      { id: 'run', from: 0, to: 9, attributes: { 'gen_ai.operation.name': 'invoke_agent', 'llm.cost.total': 2 } },
      { id: 'call', parent: 'run', from: 1, to: 8, attributes: call },
    ];
    expect(derivedOf(...spans).attributes['total_cost']).toBe(2);
    expect(unpricedOf(...spans)).toEqual([]);
  });
});

describe('Logfire’s span of no length that tells a stream’s usage', () => {
  const scope = 'logfire.openai';
  const stream = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };
  const log = (at: number): ToldSpan => ({
    id: 'log',
    parent: 'root',
    scope,
    from: at,
    to: at,
    attributes: { ...stream, 'logfire.span_type': 'log', ...usage(11, 5) },
  });

  test('counts where the stream has none', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 40 },
      { id: 'stream', parent: 'root', scope, from: 1, to: 3, attributes: stream },
      log(9),
    );
    expect(countedOf(document)).toEqual(['log']);
    expect(document.attributes['total_tokens']).toBe(16);
  });

  test('repeats a call that tells the same', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 40 },
      { id: 'stream', parent: 'root', scope, from: 1, to: 3, attributes: { ...stream, ...usage(11, 5) } },
      log(9),
    );
    expect(countedOf(document)).toEqual(['stream']);
    expect(document.attributes['total_tokens']).toBe(16);
  });

  test('belongs to the stream though an equal call stands beside', () => {
    const document = derivedOf(
      { id: 'root', from: 0, to: 40 },
      { id: 'call', parent: 'root', scope, from: 0, to: 1, attributes: { ...stream, ...usage(11, 5) } },
      { id: 'stream', parent: 'root', scope, from: 1, to: 3, attributes: stream },
      log(9),
    );
    expect(countedOf(document)).toEqual(['call', 'log']);
  });
});

test.each([
  ['OpenAI', 'openai'],
  ['openai.chat', 'openai'],
  ['openai.responses', 'openai'],
  ['anthropic.messages', 'anthropic'],
  ['Anthropic', 'anthropic'],
  ['azure-openai.chat', 'azure.ai.openai'],
  ['azure.chat', 'azure.ai.inference'],
  ['az.ai.openai', 'azure.ai.openai'],
  ['az.ai.inference', 'azure.ai.inference'],
  ['azure.ai.inference', 'azure.ai.inference'],
  ['Azure', 'azure.ai.openai'],
  ['AWS', 'aws.bedrock'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['aws.bedrock', 'aws.bedrock'],
  ['Google', 'gcp.gen_ai'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['google.generative-ai', 'gcp.gemini'],
  ['gemini', 'gcp.gemini'],
  ['MistralAI', 'mistral_ai'],
  ['mistral.chat', 'mistral_ai'],
  ['xai', 'x_ai'],
  ['Watsonx', 'ibm.watsonx.ai'],
  ['deepseek', 'deepseek'],
  ['my.own.provider', 'my.own.provider'],
])('provider spellings: %s is %s', (spelled, provider) => {
  const document = derivedOf({ id: 'a', attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.system': spelled } });
  expect(only(document, 'a').attributes).toMatchObject({ 'gen_ai.provider.name': provider, 'gen_ai.system': spelled });
  expect(document.providers).toEqual([provider]);
});

test.each([
  ['azure', 'openai', 'azure.ai.openai'],
  ['aws', 'anthropic', 'aws.bedrock'],
  ['google', 'vertexai', 'gcp.vertex_ai'],
  ['google', undefined, 'gcp.gemini'],
  ['mistralai', 'mistralai', 'mistral_ai'],
  ['xai', 'xai', 'x_ai'],
  ['moonshot', undefined, 'moonshot_ai'],
  [undefined, 'vertexai', 'gcp.vertex_ai'],
])('provider spellings: OpenInference’s host %s and product %s are %s', (host, product, provider) => {
  const attributes = {
    'openinference.span.kind': 'LLM',
    ...(host === undefined ? {} : { 'llm.provider': host }),
    ...(product === undefined ? {} : { 'llm.system': product }),
  };
  expect(only(derivedOf({ id: 'a', attributes }), 'a').attributes['gen_ai.provider.name']).toBe(provider);
});

test.each([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['STOP', 'stop'],
  ['COMPLETE', 'stop'],
  ['max_tokens', 'length'],
  ['MAX_TOKENS', 'length'],
  ['length', 'length'],
  ['tool_calls', 'tool_call'],
  ['tool-calls', 'tool_call'],
  ['tool_use', 'tool_call'],
  ['function_call', 'tool_call'],
  ['SAFETY', 'content_filter'],
  ['FinishReason.SAFETY', 'content_filter'],
  ['content-filter', 'content_filter'],
  ['something_new', 'something_new'],
])('finish reasons: %s is %s, and what was sent stays', (sent, reason) => {
  const attributes = { ...anthropic, 'gen_ai.response.finish_reasons': [sent] };
  const [listed, text] = [attributes, { ...attributes, 'gen_ai.response.finish_reasons': JSON.stringify([sent]) }];
  for (const one of [listed, text]) {
    const span = only(derivedOf({ id: 'a', attributes: one }), 'a');
    expect(span.attributes).toMatchObject({ ...one, 'llm.finish_reasons': [reason] });
  }
});

test('streams without usage have no tokens rather than none', () => {
  const document = derivedOf(
    { id: 'root', from: 0, to: 9 },
    { id: 'stream', parent: 'root', attributes: { ...anthropic, 'gen_ai.request.stream': true } },
  );
  const names = Object.keys(only(document, 'stream').attributes);
  expect(names.filter((name) => name.endsWith('tokens'))).toEqual([]);
  expect(document.attributes).not.toHaveProperty('total_tokens');
  expect(document.models).toEqual(['claude']);
});
