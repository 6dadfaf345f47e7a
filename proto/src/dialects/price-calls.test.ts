import { createDerive } from './index.js';
import type { Attributes, SpanDocument } from '../document/index.js';
import { createPriceBook } from '../pricing/index.js';

const BOOK = createPriceBook();
const START = '1795176000000000000';

const call = (id: string, attributes: Attributes, parent: string | null = null): SpanDocument => ({
  span_id: id,
  trace_id: 't',
  parent_span_id: parent,
  name: 'chat',
  kind: 'CLIENT',
  type: 'span',
  start_time: '2026-11-20T12:00:00.000Z',
  start_unix_nano: START,
  end_time: '2026-11-20T12:00:01.000Z',
  end_unix_nano: '1795176001000000000',
  duration_ms: 1000,
  status: 'ok',
  status_message: null,
  attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', ...attributes },
  events: [],
  links: [],
});

const GPT = { 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 500 };
const USD = 1000 * 2.5e-6 + 500 * 10e-6;

const derive = (...spans: SpanDocument[]) => createDerive(BOOK)(spans, []);

test('a call without a cost is priced, and says how', () => {
  const { attributes, spans } = derive(call('a', GPT));
  expect(attributes).toMatchObject({ total_cost: USD });
  expect(spans[0]?.attributes['llm.cost']).toBe(USD);
  expect(spans[0]?.noveum).toMatchObject({
    cost: { source: 'computed', total: USD, input: 0.0025, output: 0.005, cacheRead: 0, cacheWrite: 0 },
    derived: { cost_counts: true },
  });
  const cost = spans[0]?.noveum?.['cost'] as Attributes;
  expect(cost['formula']).toContain('1000 input × $2.50/M');
  expect(cost['book']).toMatch(/^genai-prices /);
});

test('cached tokens are priced as such', () => {
  const { spans } = derive(call('a', { ...GPT, 'gen_ai.usage.cache_read.input_tokens': 400 }));
  expect(spans[0]?.noveum?.['cost']).toMatchObject({ input: 600 * 2.5e-6, cacheRead: 400 * 1.25e-6 });
});

test('a cost that was sent is kept, and the computed one stands beside it', () => {
  const { attributes, spans } = derive(call('a', { ...GPT, 'gen_ai.usage.cost': 0.5 }));
  expect(attributes['total_cost']).toBe(0.5);
  expect(spans[0]?.noveum?.['cost']).toMatchObject({ source: 'sent', total: 0.5, computed: { total: USD } });
});

test('what is not known is named, and counts nothing', () => {
  const { attributes, spans } = derive(call('a', { ...GPT, 'gen_ai.request.model': 'nobodys-model' }));
  expect(attributes).not.toHaveProperty('total_cost');
  expect(spans[0]?.noveum?.['cost']).toMatchObject({ source: 'unknown', total: null, unknown: 'model' });
  expect(spans[0]?.attributes).not.toHaveProperty('llm.cost');
});

test('a parent that repeats its child costs nothing more', () => {
  const parent = call('a', { ...GPT, 'gen_ai.operation.name': 'invoke_agent' });
  const { attributes, spans } = derive(parent, call('b', GPT, 'a'));
  expect(attributes).toMatchObject({ total_cost: USD, total_tokens: 1500 });
  expect(spans.map((span) => span.noveum?.['cost'] !== undefined)).toEqual([false, true]);
  expect(spans[0]?.noveum?.['derived']).toMatchObject({ cost_counts: false });
});

test('sent and computed costs of a trace add up', () => {
  const { attributes } = derive(call('a', { ...GPT, 'gen_ai.usage.cost': 0.5 }), call('b', GPT));
  expect(attributes['total_cost']).toBe(0.5 + USD);
});

test('of spans that are each above the other no cost counts, and none is said to', () => {
  const { attributes, spans } = derive(
    call('a', { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.cost': 0.5 }, 'b'),
    call('b', { 'gen_ai.usage.cost': 0.5 }, 'a'),
  );
  expect(attributes).not.toHaveProperty('total_cost');
  expect(spans.map(({ noveum }) => noveum?.['derived'])).toMatchObject([
    { cost_counts: false },
    { cost_counts: false },
  ]);
});
