import { Readable } from 'node:stream';
import { trace as api } from '@opentelemetry/api';
import { type Host, startHost } from '../../test/support/otel-host.js';
import { useTokenizer } from '../capture/index.js';
import { endOpenStreams } from '../stream/index.js';
import { observe, traceLlm } from './index.js';

let host: Host;
beforeEach(() => {
  host = startHost({ content: true });
});
afterEach(() => {
  endOpenStreams();
  expect(host.faults).toEqual([]);
  host.stop();
});

const activeSpanId = (): string | undefined => api.getActiveSpan()?.spanContext().spanId;

const only = () => {
  expect(host.spans()).toHaveLength(1);
  return host.spans()[0]!;
};
const endingOf = (): unknown => only().attributes['noveum.stream.ending'];

async function* letters(): AsyncGenerator<string, string> {
  yield 'a';
  yield 'b';
  yield 'c';
  return 'result';
}

const collect = async (stream: AsyncIterable<unknown>): Promise<unknown[]> => {
  const seen: unknown[] = [];
  for await (const value of stream) seen.push(value);
  return seen;
};

describe('a generator', () => {
  test('holds its span open until it ends, and tells what came, when', async () => {
    const stream = observe(letters, { name: 'letters' })();
    expect(Object.prototype.toString.call(stream)).toBe('[object AsyncGenerator]');
    expect(host.spans()).toHaveLength(0);
    expect(await collect(stream)).toEqual(['a', 'b', 'c']);
    const { attributes } = only();
    expect(attributes).toMatchObject({
      'noveum.stream.ending': 'end',
      'noveum.stream.chunks': 3,
      'output.value': 'abc',
    });
    for (const name of ['gen_ai.response.time_to_first_chunk', 'noveum.stream.chunk_interval.p95'])
      expect(attributes[name]).toBeGreaterThanOrEqual(0);
  });

  test('gives its result, and takes what it is sent', async () => {
    const echo = observe(async function* (): AsyncGenerator<number, string, number> {
      const sent = yield 1;
      return `sent ${sent}`;
    })();
    await echo.next();
    expect(await echo.next(5)).toEqual({ done: true, value: 'sent 5' });
    expect(endingOf()).toBe('end');
  });

  test('ends the span at `break`, after its own cleaning up', async () => {
    const done: string[] = [];
    const stream = observe(async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        done.push('cleaned');
      }
    })();
    for await (const _ of stream) break;
    expect(done).toEqual(['cleaned']);
    expect(endingOf()).toBe('return');
    expect(only().status.code).toBe(0);
  });

  test.each([
    ['throws', new TypeError('boom'), 'throw'],
    ['is aborted', Object.assign(new Error('stop'), { name: 'AbortError' }), 'abort'],
  ])('ends the span when it %s', async (_how, error, ending) => {
    const stream = observe(async function* () {
      yield 1;
      throw error;
    })();
    await expect(collect(stream)).rejects.toBe(error);
    expect(endingOf()).toBe(ending);
    expect(only().attributes['error.type']).toBe(error.name);
  });

  test('that is synchronous is treated alike, and stays so', () => {
    const count = observe(function* (to: number) {
      for (let at = 0; at < to; at++) yield at;
      return 'done';
    });
    expect([...count(3)]).toEqual([0, 1, 2]);
    expect(endingOf()).toBe('end');
    expect(only().attributes['output.value']).toBe('[0,1,2]');
  });

  test('runs its body within its span', async () => {
    const inside: unknown[] = [];
    const stream = observe(async function* () {
      inside.push(activeSpanId());
      yield 1;
      await Promise.resolve();
      inside.push(activeSpanId());
    })();
    await collect(stream);
    const { spanId } = only().spanContext();
    expect(inside).toEqual([spanId, spanId]);
    expect(activeSpanId()).toBeUndefined();
  });

  test('that is never consumed is ended by the exit', () => {
    const stream = observe(letters)();
    expect(endOpenStreams()).toBe(1);
    expect(endOpenStreams()).toBe(0);
    expect(endingOf()).toBe('exit');
    expect(typeof stream.next).toBe('function');
  });

  test('is no value that can be gone through: those are left alone', () => {
    const list = [1, 2];
    expect(observe(() => list)()).toBe(list);
    const map = new Map();
    expect(observe(() => map)()).toBe(map);
    expect(host.spans()).toHaveLength(2);
  });
});

/** As OpenAI's and Anthropic's: iterable, with a controller and ways to split it. */
class Stream<T> implements AsyncIterable<T> {
  controller = new AbortController();
  constructor(private readonly iterator: () => AsyncIterator<T>) {}
  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.iterator();
  }
  tee(): [Stream<T>, Stream<T>] {
    const left: Promise<IteratorResult<T>>[] = [];
    const right: Promise<IteratorResult<T>>[] = [];
    const iterator = this.iterator();
    const branch = (queue: Promise<IteratorResult<T>>[]): AsyncIterator<T> => ({
      next: () => {
        if (queue.length === 0) {
          const result = iterator.next();
          left.push(result);
          right.push(result);
        }
        return queue.shift()!;
      },
    });
    return [new Stream(() => branch(left)), new Stream(() => branch(right))];
  }
}

const streamOf = <T>(...chunks: T[]): Stream<T> =>
  new Stream(async function* () {
    yield* chunks;
  });

describe('a stream object of an SDK', () => {
  const ask = traceLlm(async (_request: object) => streamOf('x', 'y'), { model: 'm', provider: 'openai' });

  test('stays the object it is', async () => {
    const original = streamOf(1, 2);
    const stream = await observe(async () => original)();
    expect(stream).toBe(original);
    expect(await collect(stream)).toEqual([1, 2]);
    expect(endingOf()).toBe('end');
  });

  test('is seen once when it is split, whoever reads first', async () => {
    const [left, right] = (await ask({})).tee();
    expect(await Promise.all([collect(left), collect(right)])).toEqual([
      ['x', 'y'],
      ['x', 'y'],
    ]);
    expect(only().attributes).toMatchObject({ 'noveum.stream.chunks': 2, 'noveum.stream.ending': 'end' });
  });

  test('that was split ends when the last reader leaves', async () => {
    const [left, right] = (await ask({})).tee();
    for await (const _ of left) break;
    expect(host.spans()).toHaveLength(0);
    for await (const _ of right) break;
    expect(endingOf()).toBe('return');
  });

  test('that ends quietly because it was aborted was aborted', async () => {
    const stream = await ask({});
    for await (const _ of stream) stream.controller.abort();
    expect(endingOf()).toBe('abort');
    expect(only().attributes['error.type']).toBe('AbortError');
  });
});

describe('what providers stream', () => {
  const told = async (chunks: object[]) => {
    await collect(await traceLlm(async () => streamOf(...chunks), { model: 'm', provider: 'p' })());
    return host.spans().at(-1)!.attributes;
  };

  test("OpenAI's chat completions", async () => {
    const chunk = (more: object) => ({ object: 'chat.completion.chunk', id: 'c1', model: 'gpt-4o-1', ...more });
    const attributes = await told([
      chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' } }] }),
      chunk({ choices: [{ index: 0, delta: { content: 'lo' } }] }),
      chunk({
        choices: [{ delta: { tool_calls: [{ index: 0, id: 't1', function: { name: 'f', arguments: '{"a"' } }] } }],
      }),
      chunk({ choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] } }] }),
      chunk({ choices: [{ delta: {}, finish_reason: 'tool_calls' }] }),
      chunk({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 7 } }),
    ]);
    expect(attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'gpt-4o-1',
      'gen_ai.response.id': 'c1',
      'gen_ai.response.finish_reasons': ['tool_calls'],
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 7,
    });
    expect(JSON.parse(attributes['gen_ai.output.messages'] as string)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'text', content: 'Hello' },
          { type: 'tool_call', id: 't1', name: 'f', arguments: '{"a":1}' },
        ],
        finish_reason: 'tool_calls',
      },
    ]);
  });

  test("OpenAI's responses", async () => {
    const attributes = await told([
      { type: 'response.created', response: { id: 'r1', model: 'gpt-5' } },
      { type: 'response.output_text.delta', delta: 'Hi' },
      {
        type: 'response.completed',
        response: {
          id: 'r1',
          model: 'gpt-5',
          usage: {
            input_tokens: 8,
            output_tokens: 4,
            total_tokens: 12,
            output_tokens_details: { reasoning_tokens: 3 },
          },
        },
      },
    ]);
    expect(attributes).toMatchObject({
      'gen_ai.response.id': 'r1',
      'gen_ai.usage.input_tokens': 8,
      'gen_ai.usage.output_tokens': 4,
      'gen_ai.usage.reasoning.output_tokens': 3,
      'gen_ai.response.finish_reasons': ['stop'],
    });
  });

  test("Anthropic's messages, whose input leaves out what was cached", async () => {
    const attributes = await told([
      {
        type: 'message_start',
        message: {
          id: 'm1',
          model: 'claude',
          usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 1 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hey' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't', name: 'f' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 20 } },
      { type: 'message_stop' },
    ]);
    expect(attributes).toMatchObject({
      'gen_ai.response.model': 'claude',
      'gen_ai.usage.input_tokens': 15,
      'gen_ai.usage.cache_read.input_tokens': 5,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.response.finish_reasons': ['tool_use'],
    });
    expect(attributes['gen_ai.output.messages']).toContain('"name":"f"');
  });

  test("Gemini's, whose thoughts are beside the answer", async () => {
    const attributes = await told([
      { candidates: [{ content: { parts: [{ text: 'thinking', thought: true }, { text: 'Yes' }] } }] },
      {
        candidates: [{ content: { parts: [{ text: '!' }] }, finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 6, totalTokenCount: 12 },
        modelVersion: 'gemini-2.5',
      },
    ]);
    expect(attributes).toMatchObject({
      'gen_ai.response.model': 'gemini-2.5',
      'gen_ai.usage.input_tokens': 4,
      'gen_ai.usage.output_tokens': 8,
      'gen_ai.usage.reasoning.output_tokens': 6,
    });
    expect(attributes['gen_ai.output.messages']).toContain('"content":"Yes!"');
  });

  test("the parts of Vercel's AI SDK", async () => {
    const attributes = await told([
      { type: 'start' },
      { type: 'text-delta', id: '0', text: 'Hi' },
      { type: 'finish-step', usage: { inputTokens: 3, outputTokens: 1 }, response: { id: 'v1', modelId: 'gpt-4o' } },
      { type: 'finish', finishReason: 'stop', totalUsage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } },
    ]);
    expect(attributes).toMatchObject({
      'gen_ai.response.model': 'gpt-4o',
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.response.finish_reasons': ['stop'],
    });
  });

  test('without usage: tokens are counted where a counter is set, and marked', async () => {
    await useTokenizer((text) => text.split(' ').length);
    const attributes = await told([
      { choices: [{ delta: { content: 'one two' } }] },
      { choices: [{ delta: { content: ' three' } }] },
    ]);
    expect(attributes).toMatchObject({ 'gen_ai.usage.output_tokens': 3, 'noveum.usage.estimated': true });
    await useTokenizer(null);
    expect(await told([{ choices: [{ delta: { content: 'one' } }] }])).not.toHaveProperty('gen_ai.usage.output_tokens');
  });

  test('without usage, and with the tokenizer not installed: that is told, and nothing is counted', async () => {
    expect(await useTokenizer()).toBe(false);
    expect(host.faults.map(({ where }) => where)).toEqual(['useTokenizer']);
    host.faults.length = 0;
  });

  test('beyond the limit: content is cut, facts go on', async () => {
    host.set({ capture: { content: true, maxContentLength: 20 } });
    const attributes = await told([
      ...Array.from({ length: 100 }, () => ({ choices: [{ delta: { content: '0123456789' } }] })),
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 200 } },
    ]);
    const [message] = JSON.parse(attributes['gen_ai.output.messages'] as string) as { parts: { content: string }[] }[];
    expect(message!.parts[0]!.content).toBe('01234567890123…[cut]');
    expect(attributes['gen_ai.usage.output_tokens']).toBe(200);
  });

  test('with content off: facts alone', async () => {
    host.set({ capture: { content: false, maxContentLength: 100 } });
    const attributes = await told([{ choices: [{ delta: { content: 'secret' } }], usage: { prompt_tokens: 1 } }]);
    expect(JSON.stringify(attributes)).not.toContain('secret');
    expect(attributes['gen_ai.usage.input_tokens']).toBe(1);
  });
});

describe('a ReadableStream', () => {
  const source = (): ReadableStream<string> =>
    new ReadableStream({
      start: (controller) => {
        for (const chunk of ['p', 'q']) controller.enqueue(chunk);
        controller.close();
      },
    });

  test('is read as before', async () => {
    const stream = observe(source)();
    expect(stream).toBeInstanceOf(ReadableStream);
    expect(await collect(stream)).toEqual(['p', 'q']);
    expect(only().attributes).toMatchObject({ 'noveum.stream.ending': 'end', 'output.value': 'pq' });
  });

  test('is seen wherever it goes: in a response, split, in a pipe', async () => {
    const encoded = observe(() => source().pipeThrough(new TextEncoderStream()), { name: 'response' });
    expect(await new Response(encoded()).text()).toBe('pq');
    const [left, right] = observe(source, { name: 'split' })().tee();
    expect(await Promise.all([collect(left), collect(right)])).toEqual([
      ['p', 'q'],
      ['p', 'q'],
    ]);
    await observe(source, { name: 'pipe' })().pipeTo(new WritableStream());
    expect(host.spans().map(({ attributes, name }) => [name, attributes['output.value']])).toEqual([
      ['response', 'pq'],
      ['split', 'pq'],
      ['pipe', 'pq'],
    ]);
  });

  test('of bytes stays one', async () => {
    const bytes = observe(() => new Response('hello').body!)();
    const reader = bytes.getReader({ mode: 'byob' });
    const { value } = await reader.read(new Uint8Array(16));
    expect(new TextDecoder().decode(value)).toBe('hello');
    await reader.read(new Uint8Array(16));
    expect(endingOf()).toBe('end');
  });

  test('that is cancelled hands the reason on', async () => {
    const reasons: unknown[] = [];
    const stream = observe(() => new ReadableStream({ cancel: (reason) => void reasons.push(reason) }))();
    await stream.cancel('why');
    expect(reasons).toEqual(['why']);
    expect(endingOf()).toBe('return');
  });

  test('that fails fails alike', async () => {
    const error = new RangeError('broken');
    const stream = observe(() => new ReadableStream({ pull: (controller) => controller.error(error) }))();
    await expect(collect(stream)).rejects.toBe(error);
    expect(endingOf()).toBe('throw');
  });

  test('with more to it stays the object it is', async () => {
    class Rich extends ReadableStream<string> {
      extra = 1;
    }
    const original = new Rich({
      start: (controller) => {
        controller.enqueue('r');
        controller.close();
      },
    });
    const stream = observe(() => original)();
    expect(stream).toBe(original);
    expect(stream.locked).toBe(false);
    expect(await collect(stream)).toEqual(['r']);
    expect(endingOf()).toBe('end');
  });
});

describe("Node's Readable", () => {
  test.each([
    ['iteration', (stream: Readable) => collect(stream)],
    [
      'events',
      (stream: Readable) =>
        new Promise((resolve) => {
          stream.on('data', () => undefined).on('end', resolve);
        }),
    ],
  ])('is seen by %s', async (_how, consume) => {
    const original = Readable.from(['n', 'm']);
    const stream = observe(() => original)();
    expect(stream).toBe(original);
    await consume(stream);
    expect(only().attributes).toMatchObject({ 'noveum.stream.ending': 'end', 'output.value': 'nm' });
  });
});
