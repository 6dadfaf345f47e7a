import { context, ROOT_CONTEXT, SpanStatusCode, trace as api } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { type Host, startHost } from '../../test/support/otel-host.js';
import { setRuntime } from '../runtime/index.js';
import {
  getCurrentSpan,
  getCurrentTrace,
  observe,
  span,
  startSpan,
  traceBatch,
  traceExistingFunction,
  traceLlmCall,
  traceOperation,
} from './index.js';

let host: Host;
beforeEach(() => {
  host = startHost({ content: true });
});
afterEach(() => {
  expect(host.faults).toEqual([]);
  host.stop();
});

const parentIdOf = (of: ReadableSpan): string | undefined => of.parentSpanContext?.spanId;
const idOf = (of: ReadableSpan): string => of.spanContext().spanId;

describe('span()', () => {
  test('is active inside, gives back what its function gives, and captures it', async () => {
    const given = await span('step', { attributes: { a: 1 } }, async (inner) => {
      inner.setAttribute('b', 2);
      expect(getCurrentSpan()?.spanContext()).toEqual(inner.spanContext());
      await Promise.resolve();
      traceOperation('search', (search) => {
        search.setInput({ q: 1 });
        return 'found';
      });
      return 'done';
    });
    expect(given).toBe('done');
    expect(host.spanNamed('step').attributes).toEqual({ a: 1, b: 2, 'output.value': 'done' });
    const search = host.spanNamed('search');
    expect(parentIdOf(search)).toBe(idOf(host.spanNamed('step')));
    expect(search.attributes).toEqual({ 'input.value': '{"q":1}', 'output.value': 'found' });
  });

  test('stays synchronous and lets errors through', () => {
    const error = new RangeError('no');
    let thrown: unknown;
    try {
      span('failing', () => {
        throw error;
      });
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBe(error);
    expect(host.spanNamed('failing').attributes['error.type']).toBe('RangeError');
  });

  test('of a model takes what the application tells of its call', () => {
    span('enhance', { type: 'llm', model: 'gpt-4', provider: 'openai' }, (call) => {
      call.setModel('gpt-4', 'gpt-4-0613').setUsage({ inputTokens: 3, outputTokens: 2, costUsd: 0.01 });
      call.setInput('Hello').setOutput('Hi').addScore({ name: 'helpful', value: 0.9, label: 'good' });
    });
    const { attributes, events, kind } = host.spanNamed('enhance');
    expect(kind).toBe(2);
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4',
      'gen_ai.response.model': 'gpt-4-0613',
      'gen_ai.usage.input_tokens': 3,
      'llm.cost': 0.01,
      'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"Hi"}]}]',
    });
    expect(events.map(({ attributes: told, name }) => [name, told])).toEqual([
      [
        'gen_ai.evaluation.result',
        {
          'gen_ai.evaluation.name': 'helpful',
          'gen_ai.evaluation.score.value': 0.9,
          'gen_ai.evaluation.score.label': 'good',
        },
      ],
    ]);
  });

  test('runs its function before the start too', () => {
    setRuntime(undefined);
    expect(span('step', (inner) => inner.setUsage({ inputTokens: 1 }).isRecording())).toBe(false);
    expect(host.spans()).toEqual([]);
  });
});

describe('startSpan()', () => {
  test('ends with its block, once', () => {
    {
      using step = startSpan('step');
      step.setAttribute('a', 1);
      step.end();
    }
    expect(host.spanNamed('step').attributes).toEqual({ a: 1 });
  });

  test('ends with an asynchronous block', async () => {
    {
      await using step = startSpan('step');
      await Promise.resolve();
      step.addEvent('seen');
    }
    expect(host.spanNamed('step').events).toHaveLength(1);
  });

  test('is active within run() alone', () => {
    const outer = startSpan('outer');
    expect(getCurrentSpan()).toBeUndefined();
    outer.run(() => span('inner', () => undefined));
    outer.end();
    expect(parentIdOf(host.spanNamed('inner'))).toBe(idOf(host.spanNamed('outer')));
  });

  test('has the parent that it is told: a span, a context, what identifies one, or none', () => {
    const parent = startSpan('parent');
    startSpan('by span', { parent }).end();
    startSpan('by id', { parent: parent.spanContext() }).end();
    startSpan('by context', { parent: api.setSpan(ROOT_CONTEXT, parent) }).end();
    context.with(api.setSpan(context.active(), parent), () => {
      startSpan('active').end();
      startSpan('none', { parent: null }).end();
    });
    parent.end();
    const parentId = idOf(host.spanNamed('parent'));
    for (const name of ['by span', 'by id', 'by context', 'active'])
      expect(parentIdOf(host.spanNamed(name))).toBe(parentId);
    expect(parentIdOf(host.spanNamed('none'))).toBeUndefined();
  });

  test('is a span of OpenTelemetry to everybody else', () => {
    const step = startSpan('step', { startTime: new Date(5000) });
    const theirs = host.tracer.startSpan('theirs', {}, api.setSpan(ROOT_CONTEXT, step));
    theirs.end();
    step.recordException(new Error('x'));
    step
      .setStatus({ code: SpanStatusCode.OK })
      .updateName('renamed')
      .addLink({ context: theirs.spanContext() })
      .end(new Date(6000));
    const renamed = host.spanNamed('renamed');
    expect(renamed.startTime).toEqual([5, 0]);
    expect(renamed.endTime).toEqual([6, 0]);
    expect(renamed.links).toHaveLength(1);
    expect(parentIdOf(host.spanNamed('theirs'))).toBe(idOf(renamed));
  });
});

test('the current trace is told with what leads to it', () => {
  expect(getCurrentTrace()).toBeUndefined();
  span('step', (step) => {
    const { spanId, traceId } = step.spanContext();
    expect(getCurrentTrace()).toEqual({ traceId, spanId, isSampled: true, traceparent: `00-${traceId}-${spanId}-01` });
  });
});

test('a call that captures for itself lets its span be told from inside', () => {
  host.set({ capture: { content: false, maxContentLength: 100 } });
  const tell = (): number => {
    getCurrentSpan()?.setInput('told');
    return 1;
  };
  observe(tell, { name: 'on', captureContent: true })();
  observe(tell, { name: 'off' })();
  expect(host.spanNamed('on').attributes).toEqual({ 'input.value': 'told', 'output.value': '1' });
  expect(host.spanNamed('off').attributes).toEqual({});
});

test('functions of others are traced without a change', async () => {
  const messages = {
    key: 'k',
    async create(_request: { max_tokens: number }) {
      return {
        role: 'assistant',
        content: [{ type: 'text', text: this.key }],
        usage: { input_tokens: 1, output_tokens: 2 },
      };
    },
  };
  const create = traceLlmCall(messages.create.bind(messages), { model: 'claude', provider: 'anthropic' });
  expect((await create({ max_tokens: 5 })).content[0]!.text).toBe('k');
  expect(host.spanNamed('chat claude').attributes).toMatchObject({
    'gen_ai.request.max_tokens': 5,
    'gen_ai.usage.output_tokens': 2,
  });
  expect(traceExistingFunction(parseInt, { name: 'parse', attributes: { v: 1 } })('7', 10)).toBe(7);
  expect(host.spanNamed('parse').attributes).toEqual({ v: 1, 'input.value': '["7",10]', 'output.value': '7' });
});

describe('a batch', () => {
  test('tells each item and how many went well', async () => {
    let atOnce = 0;
    let most = 0;
    const results = await traceBatch(
      'queries',
      ['a', '', 'c'],
      async (query, index) => {
        most = Math.max(most, ++atOnce);
        await Promise.resolve();
        atOnce--;
        if (query === '') throw new RangeError('empty');
        return `${query}${index}`;
      },
      { concurrency: 2, attributes: { kind: 'x' } },
    );
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      'a0',
      'failed',
      'c2',
    ]);
    expect(most).toBe(2);
    expect(host.spanNamed('queries').attributes).toMatchObject({
      'batch.size': 3,
      'batch.successful': 2,
      'batch.failed': 1,
      kind: 'x',
    });
    const items = host.spans().filter(({ name }) => name === 'queries item');
    expect(items.map(({ attributes }) => [attributes['batch.index'], attributes['batch.success']]).sort()).toEqual([
      [0, true],
      [1, false],
      [2, true],
    ]);
    for (const item of items) expect(parentIdOf(item)).toBe(idOf(host.spanNamed('queries')));
  });

  test('of nothing is nothing, and works before the start', async () => {
    expect(await traceBatch('none', [], () => 1)).toEqual([]);
    setRuntime(undefined);
    expect(await traceBatch('some', [1], (item) => item + 1)).toEqual([{ status: 'fulfilled', value: 2 }]);
  });
});
