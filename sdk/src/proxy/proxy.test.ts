import { inspect } from 'node:util';
import { type Host, startHost } from '../../test/support/otel-host.js';
import { traced, tracedAgent } from './index.js';

let host: Host;
beforeEach(() => {
  host = startHost({ content: true });
});
afterEach(() => {
  expect(host.faults).toEqual([]);
  host.stop();
});

/** As OpenAI's: a promise that parses when it is asked, with ways around that. */
class ApiPromise<T> extends Promise<T> {
  parses = 0;
  #parsed: Promise<T> | undefined;
  constructor(private readonly response: () => Promise<T>) {
    super((resolve) => resolve(undefined as T));
  }
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }
  asResponse(): Promise<string> {
    return Promise.resolve('raw');
  }
  async withResponse(): Promise<{ data: T; response: string }> {
    return { data: await this.parse(), response: 'raw' };
  }
  parse(): Promise<T> {
    this.parses++;
    return (this.#parsed ??= this.response());
  }
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.parse().then(onFulfilled, onRejected);
  }
}

class Completions {
  #calls = 0;
  signals: (AbortSignal | undefined)[] = [];
  get calls(): number {
    return this.#calls;
  }
  create(request: { model: string; messages: unknown[] }, options?: { signal?: AbortSignal }) {
    this.#calls++;
    this.signals.push(options?.signal);
    return new ApiPromise(async () => ({
      model: request.model,
      choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }],
      usage: { prompt_tokens: 3, completion_tokens: 1 },
    }));
  }
}

class OpenAI {
  #key = 'sk';
  chat = { completions: new Completions() };
  embeddings = { create: async (_request: { input: string }) => ({ data: [{ embedding: [1, 2] }] }) };
  options = new Map([['a', 1]]);
  when = new Date(0);
  signal = new AbortController().signal;
  get key(): string {
    return this.#key;
  }
  set key(key: string) {
    this.#key = key;
  }
  self(): this {
    return this;
  }
  toJSON(): object {
    return { key: this.#key.length };
  }
}

const REQUEST = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] };

describe('a traced client', () => {
  test('is the client to all who look at it', () => {
    const client = new OpenAI();
    const proxy = traced(client);
    expect(proxy).toBeInstanceOf(OpenAI);
    expect(proxy.chat.completions).toBeInstanceOf(Completions);
    expect(proxy.constructor).toBe(OpenAI);
    expect(proxy.key).toBe('sk');
    proxy.key = 'other';
    expect(client.key).toBe('other');
    expect(JSON.stringify(proxy)).toBe('{"key":5}');
    expect(inspect(proxy)).toBe(inspect(client));
    expect(Object.keys(proxy)).toEqual(Object.keys(client));
    expect(proxy.options.get('a')).toBe(1);
    expect(proxy.when.getTime()).toBe(0);
    expect(proxy.signal.aborted).toBe(false);
    expect(proxy.self()).toBe(proxy);
  });

  test('gives the same proxy and the same method for the same thing', () => {
    const proxy = traced(new OpenAI());
    expect(proxy.chat).toBe(proxy.chat);
    const methodOf = (of: object): unknown => Reflect.get(of, 'create');
    expect(methodOf(proxy.chat.completions)).toBe(methodOf(proxy.chat.completions));
    expect(methodOf(proxy.chat.completions)).toHaveProperty('name', 'create');
  });

  test('traces calls of the model by its paths, with provider and model', async () => {
    const client = new OpenAI();
    const proxy = traced(client);
    const { signal } = new AbortController();
    const promise = proxy.chat.completions.create(REQUEST, { signal });
    expect(promise).toBeInstanceOf(ApiPromise);
    const answer = await promise;
    expect(answer.choices[0]!.message.content).toBe('Hi');
    expect(client.chat.completions.calls).toBe(1);
    expect(client.chat.completions.signals).toEqual([signal]);
    expect(host.spanNamed('chat gpt-4o').attributes).toMatchObject({
      'gen_ai.provider.name': 'openai',
      'gen_ai.usage.input_tokens': 3,
    });
    await proxy.embeddings.create({ input: 'x' });
    expect(host.spanNamed('embeddings').attributes).toMatchObject({ 'gen_ai.embeddings.dimension.count': 2 });
  });

  test.each([
    ['withResponse', 3],
    ['parse', 3],
    ['asResponse', undefined],
  ] as const)('ends the span of a promise of which `%s` is asked', async (way, inputTokens) => {
    const promise = traced(new OpenAI()).chat.completions.create(REQUEST);
    await promise[way]();
    expect(host.spanNamed('chat gpt-4o').attributes['gen_ai.usage.input_tokens']).toBe(inputTokens);
  });

  test('asks nothing of a promise that works only when it is asked', async () => {
    const promise = traced(new OpenAI()).chat.completions.create(REQUEST);
    await new Promise((resolve) => setImmediate(resolve));
    expect(promise.parses).toBe(0);
    expect(await promise.asResponse()).toBe('raw');
    expect(promise.parses).toBe(0);
  });

  test('traces the paths told, and no others', async () => {
    const proxy = traced(new OpenAI(), ['embeddings.create']);
    await proxy.chat.completions.create(REQUEST);
    await proxy.embeddings.create({ input: 'x' });
    proxy.self();
    expect(host.spans().map(({ name }) => name)).toEqual(['embeddings']);
  });

  test('gives what is frozen as it is', () => {
    const inner = { run: () => 1 };
    const proxy = traced(Object.freeze({ inner, run: () => 2 }));
    expect(proxy.inner).toBe(inner);
    expect(proxy.run()).toBe(2);
  });

  test('has no way back to itself through what it is given', () => {
    const holder: { held: unknown; keep(value: unknown): unknown } = { held: 0, keep: (value) => value };
    const proxy = traced(holder);
    const other = traced({ a: 1 });
    proxy.held = other;
    expect((holder.held as { a: number }).a).toBe(1);
  });
});

describe('a traced agent', () => {
  class Agent {
    #steps = 0;
    async process(question: string, _depth: number): Promise<string> {
      this.#steps++;
      return this.answer(question);
    }
    answer(question: string): string {
      return `${question} ${this.#steps}`;
    }
    fail(): never {
      throw new RangeError('no');
    }
  }

  test('tells agent, method and how many arguments', async () => {
    const agent = tracedAgent(new Agent(), { type: 'custom_agent' });
    expect(agent).toBeInstanceOf(Agent);
    expect(await agent.process('q', 2)).toBe('q 1');
    expect(() => agent.fail()).toThrow(RangeError);
    const [processed, failed] = host.spans();
    expect(processed!.name).toBe('invoke_agent Agent');
    expect(processed!.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'Agent',
      'agent.type': 'custom_agent',
      'agent.method': 'process',
      'agent.args_count': 2,
    });
    expect(failed!.attributes).toMatchObject({ 'agent.method': 'fail', 'error.type': 'RangeError' });
  });

  test('traces the methods told, and no others', () => {
    const agent = tracedAgent(new Agent(), { name: 'a', methods: ['process'] });
    agent.answer('q');
    expect(host.spans()).toEqual([]);
  });
});
