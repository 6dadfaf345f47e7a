import { SpanStatusCode, trace as api } from '@opentelemetry/api';
import { AlwaysOffSampler, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { setRuntime } from '../runtime/index.js';
import { type Host, type HostOptions, startHost } from '../../test/support/otel-host.js';
import { getCurrentSpan, observe, traceAgent, traceEmbedding, traceLlm, traceRetrieval, traceTool } from './index.js';

let host: Host;
const start = (options: HostOptions = {}): Host => (host = startHost(options));
afterEach(() => {
  expect(host.faults).toEqual([]);
  host.stop();
});

const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;

describe('a function observed', () => {
  test('stays synchronous, keeps `this`, arguments and result', () => {
    start();
    const counter = {
      base: 40,
      add: observe(function (this: { base: number }, by: number) {
        return this.base + by;
      }),
    };
    expect(counter.add(2)).toBe(42);
    expect(host.spans()).toHaveLength(1);
  });

  test('looks as it did: name, length, static properties, kind', () => {
    start();
    const fn = async (_a: number, _b: number) => 1;
    const traced = observe(Object.assign(fn, { version: 3 }), { name: 'other' });
    expect([traced.name, traced.length, traced.version]).toEqual(['fn', 2, 3]);
    expect(traced.constructor.name).toBe('AsyncFunction');
  });

  test('can still be constructed where it could be', () => {
    start();
    class Point {
      constructor(readonly x: number) {}
      static origin = 7;
    }
    const Traced = observe(Point as unknown as (x: number) => Point) as unknown as typeof Point;
    const point = new Traced(3);
    expect(point).toBeInstanceOf(Point);
    expect(point).toBeInstanceOf(Traced);
    expect([point.x, Traced.origin]).toEqual([3, 7]);
    expect(host.spans()).toHaveLength(0);
  });

  test('makes nested calls children, across await', async () => {
    start();
    const inner = observe(async () => 1, { name: 'inner' });
    const outer = observe(
      async () => {
        await Promise.resolve();
        return inner();
      },
      { name: 'outer' },
    );
    await outer();
    expect(parentOf(host.spanNamed('inner'))).toBe(host.spanNamed('outer').spanContext().spanId);
  });

  test.each([
    [
      'throws',
      () =>
        observe(() => {
          throw error;
        }),
    ],
    [
      'rejects',
      () =>
        observe(async () => {
          throw error;
        }),
    ],
  ])('%s the same error, recorded once', async (_how, make) => {
    start();
    const failing: () => unknown = make();
    let thrown: unknown;
    try {
      await failing();
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
    const [span] = host.spans();
    expect(span!.status).toEqual({ code: SpanStatusCode.ERROR, message: 'boom' });
    expect(span!.attributes['error.type']).toBe('TypeError');
    expect(span!.events.map(({ attributes, name }) => [name, attributes?.['exception.type']])).toEqual([
      ['exception', 'TypeError'],
    ]);
  });
  const error = new TypeError('boom');

  test('throws what is no error as it is, too', () => {
    start();
    const odd = Object.create(null) as object;
    const thrownBy = (run: () => void): unknown => {
      try {
        run();
      } catch (thrown) {
        return thrown;
      }
      return 'nothing';
    };
    expect(
      thrownBy(
        observe(() => {
          throw odd as Error;
        }),
      ),
    ).toBe(odd);
    expect(
      thrownBy(
        observe(() => {
          throw undefined as unknown as Error;
        }),
      ),
    ).toBeUndefined();
    expect(host.spans().map(({ attributes }) => attributes['error.type'])).toEqual(['object', 'undefined']);
  });

  test('is called as it is before the start and after the end', () => {
    start();
    setRuntime(undefined);
    const result = {};
    expect(observe(() => result)()).toBe(result);
    expect(host.spans()).toHaveLength(0);
  });

  test('records nothing where it is sampled out, and hands the decision on', () => {
    start({ sampler: new AlwaysOffSampler(), content: true });
    const seen = observe(() => api.getActiveSpan()?.spanContext().traceFlags)();
    expect(seen).toBe(0);
    expect(host.spans()).toHaveLength(0);
  });
});

describe('content', () => {
  test('is captured only where asked for', () => {
    start();
    observe((text: string) => text.toUpperCase(), { name: 'silent' })('secret');
    observe((text: string) => text.toUpperCase(), { name: 'open', captureContent: true })('shown');
    expect(host.spanNamed('silent').attributes).toEqual({});
    expect(host.spanNamed('open').attributes).toEqual({ 'input.value': 'shown', 'output.value': 'SHOWN' });
  });

  test('is what the callbacks choose; one that throws is reported and nothing more', () => {
    start({ content: true });
    const options = {
      captureInput: ([user]: readonly [{ id: string; password: string }]) => user.id,
      captureOutput: (): unknown => {
        throw new Error('mine');
      },
    };
    const login = observe((user: { id: string; password: string }) => user.password.length, options);
    expect(login({ id: 'u1', password: 'abc' })).toBe(3);
    expect(host.spans()[0]!.attributes).toEqual({ 'input.value': 'u1' });
    expect(host.faults.map(({ where }) => where)).toEqual(['captureOutput']);
    host.faults.length = 0;
  });

  test('that the application tells from inside is not written over', () => {
    start({ content: true });
    observe(() => {
      getCurrentSpan()?.setOutput('mine');
      return 'theirs';
    })();
    expect(host.spans()[0]!.attributes['output.value']).toBe('mine');
  });
});

describe('names and attributes of each kind', () => {
  test('a model', async () => {
    start({ content: true });
    const create = traceLlm(
      async (request: { model: string; temperature: number; messages: object[] }) => ({
        id: 'chatcmpl-1',
        model: `${request.model}-2024-08-06`,
        choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }],
        usage: { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } },
      }),
      { provider: 'openai' },
    );
    await create({ model: 'gpt-4o', temperature: 0.7, messages: [{ role: 'user', content: 'Hello' }] });
    const { attributes, kind } = host.spanNamed('chat gpt-4o');
    expect(kind).toBe(2);
    expect(attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.temperature': 0.7,
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.usage.cache_read.input_tokens': 4,
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Hello"}]}]',
      'gen_ai.output.messages':
        '[{"role":"assistant","parts":[{"type":"text","content":"Hi"}],"finish_reason":"stop"}]',
    });
  });

  test('an agent, a tool, a retrieval, an embedding', async () => {
    start({ content: true });
    const search = traceTool(({ q }: { q: string }) => [q], { name: 'search', description: 'Searches' });
    const find = traceRetrieval(async (_query: string) => [{ id: '1', score: 0.5 }], { name: 'docs' });
    const embed = traceEmbedding(async (_texts: string[]) => [[1, 2, 3]], { model: 'e-3', provider: 'openai' });
    const agent = traceAgent(async function planner(question: string) {
      search({ q: question });
      await find(question);
      await embed([question]);
      return 'done';
    });
    await agent('why?');
    expect(host.spanNamed('execute_tool search').attributes).toEqual({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.description': 'Searches',
      'gen_ai.tool.call.arguments': '{"q":"why?"}',
      'gen_ai.tool.call.result': '["why?"]',
    });
    expect(host.spanNamed('retrieval docs').attributes).toMatchObject({
      'gen_ai.retrieval.query.text': 'why?',
      'gen_ai.retrieval.documents': '[{"id":"1","score":0.5}]',
    });
    expect(host.spanNamed('embeddings e-3').attributes).toMatchObject({ 'gen_ai.embeddings.dimension.count': 3 });
    expect(host.spanNamed('invoke_agent planner').attributes).toMatchObject({
      'gen_ai.agent.name': 'planner',
      'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"why?"}]}]',
      'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"done"}]}]',
    });
  });
});
