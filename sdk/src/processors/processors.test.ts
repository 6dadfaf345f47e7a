import { type Attributes, diag } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

import { STOCK_SDKS } from './contract/sdks.js';
import { CostSpanProcessor, GenAiSpanProcessor } from './index.js';

describe.each(STOCK_SDKS)('with OpenTelemetry $line', ({ api, setUp }) => {
  /** What comes out of spans with these attributes. */
  const run = (wrap: (next: SpanProcessor) => SpanProcessor, spans: readonly Attributes[]) => {
    const { tracer, finish } = setUp(wrap);
    for (const attributes of spans) tracer.startSpan('a', { attributes }, api.ROOT_CONTEXT).end();
    return finish();
  };

  describe('GenAiSpanProcessor', () => {
    const OPENINFERENCE = {
      'openinference.span.kind': 'LLM',
      'llm.model_name': 'gpt-4o',
      'llm.token_count.prompt': 21,
      'llm.token_count.completion': 7,
      'llm.input_messages.0.message.role': 'user',
      'llm.input_messages.0.message.content': 'Will it rain?',
    };

    test('adds canonical names to what another dialect says, and leaves that as it is', async () => {
      const [span] = await run((next) => new GenAiSpanProcessor(next), [OPENINFERENCE]);
      expect(span?.attributes).toMatchObject({
        ...OPENINFERENCE,
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 21,
        'gen_ai.usage.output_tokens': 7,
        'llm.model': 'gpt-4o',
        'llm.total_tokens': 28,
        'llm.prompt': 'Will it rain?',
      });
      expect(JSON.parse(String(span?.attributes['gen_ai.input.messages']))).toEqual([
        { role: 'user', parts: [{ type: 'text', content: 'Will it rain?' }] },
      ]);
      const isAttribute = (value: unknown): boolean => Array.isArray(value) || typeof value !== 'object';
      expect(Object.values(span?.attributes ?? {}).every(isAttribute)).toBe(true);
    });

    test('what was set stays', async () => {
      const [span] = await run(
        (next) => new GenAiSpanProcessor(next),
        [{ ...OPENINFERENCE, 'gen_ai.request.model': 'mine' }],
      );
      expect(span?.attributes['gen_ai.request.model']).toBe('mine');
    });

    test('a span that is none of GenAI goes on as the same object', async () => {
      const seen = { before: [] as unknown[], after: [] as unknown[] };
      const noting = (next: SpanProcessor, into: unknown[]): SpanProcessor => ({
        onStart: (span, context) => next.onStart(span, context),
        onEnd: (span) => {
          into.push(span);
          next.onEnd(span);
        },
        forceFlush: () => next.forceFlush(),
        shutdown: () => next.shutdown(),
      });
      await run(
        (next) => noting(new GenAiSpanProcessor(noting(next, seen.after)), seen.before),
        [{ 'http.route': '/' }],
      );
      expect(seen.after).toHaveLength(1);
      expect(seen.after[0]).toBe(seen.before[0]);
    });
  });

  describe('CostSpanProcessor', () => {
    const CALL = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1_000_000,
      'gen_ai.usage.output_tokens': 0,
    };

    test('prices a call by its tokens, waiting for the price book', async () => {
      const spans = await run((next) => new CostSpanProcessor(next), [CALL, { 'http.route': '/' }]);
      expect(spans).toHaveLength(2);
      expect(spans[0]?.attributes['llm.cost']).toBeCloseTo(2.5);
      expect(spans[0]?.attributes['noveum.price_book']).toMatch(/^genai-prices /);
      expect(spans[1]?.attributes).toEqual({ 'http.route': '/' });
    });

    test("own prices win over the book's", async () => {
      const own = [{ model: 'gpt-4o', input: 7, output: 7 }];
      const [span] = await run((next) => new CostSpanProcessor(next, { own }), [CALL]);
      expect(span?.attributes['llm.cost']).toBeCloseTo(7);
    });

    test('a cost that was set stays, and nothing is guessed', async () => {
      const spans = await run(
        (next) => new CostSpanProcessor(next),
        [
          { ...CALL, 'llm.cost': 1 },
          { ...CALL, 'gen_ai.request.model': 'nobody-knows-it' },
          { ...CALL, 'gen_ai.operation.name': 'invoke_agent' },
        ],
      );
      expect(spans.map(({ attributes }) => attributes['llm.cost'])).toEqual([1, undefined, undefined]);
    });

    test('wrong own prices are told at once, by their place', () => {
      const own = [{ model: 'a', input: -1, output: 0 }];
      expect(() => setUp((next) => new CostSpanProcessor(next, { own }))).toThrow(/own\[0\]\.input/);
    });

    test('spans beyond the bound of those that wait are dropped with their number', async () => {
      const told: string[] = [];
      const log = (message: string): void => void told.push(message);
      diag.setLogger({ error: log, warn: log, info: () => {}, debug: () => {}, verbose: () => {} });
      try {
        const spans = await run((next) => new CostSpanProcessor(next), new Array<Attributes>(2_050).fill({}));
        expect(spans).toHaveLength(2_048);
        expect(told).toContain('CostSpanProcessor: 2 spans are dropped, 2048 were waiting');
      } finally {
        diag.disable();
      }
    });
  });

  test('they can stand one behind the other', async () => {
    const [span] = await run(
      (next) => new GenAiSpanProcessor(new CostSpanProcessor(next)),
      [
        {
          'openinference.span.kind': 'LLM',
          'llm.model_name': 'gpt-4o',
          'llm.token_count.prompt': 1_000_000,
          'llm.token_count.completion': 1,
        },
      ],
    );
    expect(span?.attributes['llm.cost']).toBeGreaterThan(2);
    expect(span?.attributes['gen_ai.request.model']).toBe('gpt-4o');
  });
});
