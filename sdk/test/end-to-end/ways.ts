import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { SpanKind, SpanStatusCode } from '@opentelemetry/api';

import * as noveum from '../../src/index.js';
import { type AssistantClass, compileDecorated } from '../support/decorated.js';

const {
  extract,
  getCurrentSpan,
  inject,
  observe,
  span,
  startSpan,
  traced,
  tracedAgent,
  traceAgent,
  traceBatch,
  traceEmbedding,
  traceExistingFunction,
  traceLlm,
  traceLlmCall,
  traceOperation,
  traceRetrieval,
  traceTool,
  withContext,
} = noveum;

/** A way to trace, and the spans that it makes: parents before children, each with the type of the document. */
export interface Way {
  readonly name: string;
  readonly run: () => unknown;
  /** `parent > child: type`, by name. */
  readonly spans: readonly string[];
  /** What the document is to say of the trace. */
  readonly metadata?: object;
}

const CHAT = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Is it "sunny" in Köln? ☀' }] };
const answered = (content: string) => ({
  id: 'c-1',
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
  usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
});

async function* chunks() {
  yield { model: 'gpt-4o', choices: [{ delta: { role: 'assistant', content: 'Su' } }] };
  await Promise.resolve();
  yield { choices: [{ delta: { content: 'nny' } }] };
  yield { choices: [{ delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 4, completion_tokens: 2 } };
}

const consume = async (stream: AsyncIterable<unknown>): Promise<void> => {
  for await (const _ of stream);
};

const decorated = (isLegacy: boolean) => async (): Promise<void> => {
  const { Assistant } = compileDecorated(isLegacy, noveum) as unknown as { Assistant: AssistantClass };
  await span('decorated', async () => {
    const assistant = new Assistant();
    assistant.greet('you');
    await assistant.ask('Sunny?');
    await consume(assistant.stream(2));
    try {
      Assistant.lookUp('');
    } catch {
      // As its caller would.
    }
  });
};

const DECORATED = [
  'decorated: span',
  'decorated > greet: span',
  'decorated > chat gpt-4o: llm',
  'decorated > invoke_agent helper: agent',
  'decorated > execute_tool lookUp: tool',
];

/** A request to a service of its own, which goes on with the trace and with whose it is. */
const overHttp = async (): Promise<void> => {
  const server = createServer((request, response) => {
    const { headers } = request;
    noveum.withRemoteParent(headers, () => span('serve', () => traceTool(() => 1, { name: 'stock' })()));
    const parent = extract(headers);
    startSpan('audit', { parent }).end();
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await withContext({ userId: 'u-2', tags: ['remote'] }, () =>
      span('request', () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers: inject() })),
    );
  } finally {
    server.close();
  }
};

class Completions {
  #calls = 0;
  async create(request: typeof CHAT) {
    this.#calls += 1;
    return Promise.resolve(answered(`${request.messages.length} of ${this.#calls}`));
  }
}

class Planner {
  async plan(goal: string, tries: number): Promise<readonly string[]> {
    return Promise.resolve(Array.from({ length: tries }, () => goal));
  }
}

export const WAYS: readonly Way[] = [
  {
    name: 'observe',
    run: () =>
      observe((text: string, options: object) => ({ length: text.length, ...options }), { name: 'measure' })(
        'a\u0000b',
        { unit: 'µs', list: [1, 2.5, null, 'x'] },
      ),
    spans: ['measure: span'],
  },
  {
    name: 'trace*, each in an agent, with a score and a failure',
    run: () =>
      traceAgent(
        async (question: string) => {
          noveum.trace(() => undefined, { name: 'step' })();
          await traceLlm((_: typeof CHAT) => Promise.resolve(answered('Sunny')), { provider: 'openai' })(CHAT);
          traceTool(({ city }: { city: string }) => ({ city, degrees: 21 }), { name: 'weather' })({ city: 'Köln' });
          await traceRetrieval((_: string) => Promise.resolve([{ id: 'd1', score: 0.9, content: 'sunny' }]), {
            name: 'docs',
          })(question);
          await traceEmbedding(
            (_: string) =>
              Promise.resolve({ data: [{ embedding: [0, 1] }], usage: { prompt_tokens: 2, total_tokens: 2 } }),
            { model: 'text-embedding-3-small', provider: 'openai' },
          )(question);
          await noveum
            .trace(() => Promise.reject(new RangeError('too far')), { name: 'fails' })()
            .catch(() => undefined);
          getCurrentSpan()?.addScore({ name: 'helpful', value: 0.75, explanation: 'said so' });
          return 'done';
        },
        { name: 'guide', description: 'knows the way' },
      )('Sunny?'),
    spans: [
      'invoke_agent guide: agent',
      'invoke_agent guide > step: span',
      'invoke_agent guide > chat gpt-4o: llm',
      'invoke_agent guide > execute_tool weather: tool',
      'invoke_agent guide > retrieval docs: retrieval',
      'invoke_agent guide > embeddings text-embedding-3-small: embedding',
      'invoke_agent guide > fails: span',
    ],
  },
  { name: "TC39's decorators", run: decorated(false), spans: DECORATED },
  { name: "TypeScript's older decorators", run: decorated(true), spans: DECORATED },
  {
    name: 'span with a callback',
    run: () =>
      span('outer', { attributes: { whole: 3, part: 0.1, big: 2 ** 53, yes: true, list: ['a', 'b'] } }, (outer) => {
        outer.setOutput({ deep: { deeper: [1, { deepest: null }] } });
        outer.addEvent('noted', { at: 1 });
        span('inner', () => undefined);
      }),
    spans: ['outer: span', 'outer > inner: span'],
  },
  {
    name: 'using startSpan',
    run: () => {
      using step = startSpan('step', { attributes: { 'step.number': 1 } });
      step.run(() => {
        using below = startSpan('below', { type: 'guardrail' });
        below.setStatus({ code: SpanStatusCode.OK });
      });
    },
    spans: ['step: span', 'step > below: guardrail'],
  },
  {
    name: 'traceOperation',
    run: () => traceOperation('check', { type: 'evaluator' }, async () => Promise.resolve(true)),
    spans: ['check: evaluator'],
  },
  {
    name: 'traceLlmCall',
    run: () =>
      traceLlmCall((_: typeof CHAT) => Promise.resolve(answered('Yes')), { model: 'gpt-4o', provider: 'openai' })(CHAT),
    spans: ['chat gpt-4o: llm'],
  },
  {
    name: 'traceExistingFunction',
    run: () => traceExistingFunction(parseInt, { name: 'parse', attributes: { v: 1 } })('7', 10),
    spans: ['parse: span'],
  },
  {
    name: 'a batch',
    run: () =>
      traceBatch(
        'embed',
        ['a', 'b'],
        async (item) => {
          if (item === 'b') throw new TypeError('no b');
          return Promise.resolve(item);
        },
        { concurrency: 2, itemType: 'chain' },
      ),
    spans: ['embed: span', 'embed > embed item: chain', 'embed > embed item: chain'],
  },
  {
    name: 'manual spans with an explicit parent, times and links',
    run: () => {
      const root = startSpan('job', { startTime: Date.now() - 1_500, parent: null });
      const child = startSpan('task', {
        parent: root,
        kind: SpanKind.CONSUMER,
        links: [{ context: root.spanContext() }],
      });
      child.recordError(new Error('once'));
      child.end();
      startSpan('task of a context', { parent: root.spanContext() }).end();
      root.end();
    },
    spans: ['job: span', 'job > task: span', 'job > task of a context: span'],
  },
  {
    name: 'withContext',
    run: () =>
      withContext(
        { userId: 'u-1', sessionId: 's-1', tags: ['beta', 'köln'], metadata: { tier: 'pro', seats: 3, trial: false } },
        () => observe((n: number) => observe((m: number) => m, { name: 'below' })(n), { name: 'above' })(1),
      ),
    spans: ['above: span', 'above > below: span'],
    metadata: {
      user_id: 'u-1',
      session_id: 's-1',
      tags: { beta: true, köln: true },
      custom_attributes: { tier: 'pro', seats: 3, trial: false },
    },
  },
  {
    name: 'inject and extract, over HTTP',
    run: overHttp,
    spans: ['request: span', 'request > serve: span', 'serve > execute_tool stock: tool', 'request > audit: span'],
  },
  {
    name: 'traced(client)',
    run: () =>
      traced({ chat: { completions: new Completions() } }, undefined, { provider: 'openai' }).chat.completions.create(
        CHAT,
      ),
    spans: ['chat gpt-4o: llm'],
  },
  {
    name: 'tracedAgent',
    run: () => tracedAgent(new Planner(), { type: 'planner' }).plan('home', 2),
    spans: ['invoke_agent Planner: agent'],
  },
  {
    name: 'streams: to the end, left early, as a web stream',
    run: () =>
      span('streams', async () => {
        await consume(traceLlmCall(chunks, { model: 'gpt-4o', provider: 'openai' })());
        for await (const _ of traceLlmCall(chunks, { model: 'gpt-4o', provider: 'openai' })()) break;
        await consume(observe(() => ReadableStream.from(['a', 'b']), { name: 'read' })());
      }),
    spans: ['streams: span', 'streams > chat gpt-4o: llm', 'streams > chat gpt-4o: llm', 'streams > read: span'],
  },
];
