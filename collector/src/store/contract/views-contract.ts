import fc from 'fast-check';
import { outlineOf } from 'noveum-proto';

import type { TraceFragment } from '../trace-store.js';
import { anyDelivery, anyLog, anyTraces } from './arbitraries.js';
import { type Framing, logsArrive, nativeArrives, spansArrive } from './delivery.js';
import { MILLI, NOON, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
import { CONTRACT_PRICES } from './prices.js';
import { MANY_STORES_MILLIS, type OpenStore, type StoreFactory, withStore } from './stores.js';

const KEY = traceIdOf(0);
const root = spanModel();
const child = (number: number, changes: Partial<SpanModel> = {}): SpanModel =>
  spanModel({ spanId: spanIdOf(number), parentSpanId: root.spanId, startUnixNano: NOON + BigInt(number), ...changes });

const expectViews = async ({ reader }: OpenStore, traceKey: string): Promise<void> => {
  const document = await reader.get('shop', traceKey);
  if (document === null) throw new Error('the trace is not there');
  const outline = await reader.outline('shop', traceKey);
  expect([outline?.traceId, outline?.size]).toEqual([document.trace_id, document.spans.length]);
  expect(outline?.rows()).toEqual(outlineOf(document, CONTRACT_PRICES).rows());
  expect(outline?.idsInTree()).toEqual(outline?.rows().map((row) => row.span_id));
  expect(outline?.idsByStart()).toEqual(document.spans.map((span) => span.span_id));
  const ids = document.spans.map((span) => span.span_id);
  expect(await reader.spans('shop', traceKey, ids)).toEqual(document.spans);
  for (const span of document.spans) expect(await reader.spans('shop', traceKey, [span.span_id])).toEqual([span]);
};

const write = async ({ writer }: OpenStore, requests: readonly (readonly TraceFragment[])[]): Promise<void> => {
  for (const request of requests) await writer.write(request);
};

/** Outlines and single spans: the same as the document's, however they were read. */
export const viewsContract = (factory: StoreFactory, framing: Framing): void => {
  test('an outline is in tree order, with what calls came to', () =>
    withStore(factory, async (store) => {
      const spans = [
        root,
        child(3, { name: 'late' }),
        child(1, { name: 'early' }),
        child(2, {
          name: 'call',
          parentSpanId: spanIdOf(1),
          statusCode: 2,
          attributes: {
            'gen_ai.operation.name': 'chat',
            'gen_ai.system': 'openai',
            'gen_ai.request.model': 'gpt-4o',
            'gen_ai.usage.input_tokens': 1000,
            'gen_ai.usage.output_tokens': 100,
          },
        }),
        child(4, { name: 'orphan', parentSpanId: spanIdOf(99), startUnixNano: NOON + 9n * MILLI }),
      ];
      await write(store, [spansArrive(spans, { framing })]);
      const outline = await store.reader.outline('shop', KEY);
      expect(outline?.rows().map(({ child_count, depth, name }) => [name, depth, child_count])).toEqual([
        ['request', 0, 2],
        ['early', 1, 1],
        ['call', 2, 0],
        ['late', 1, 0],
        ['orphan', 0, 0],
      ]);
      expect(outline?.rows()[2]).toMatchObject({
        span_id: spanIdOf(2),
        parent_span_id: spanIdOf(1),
        type: 'llm',
        kind: 'INTERNAL',
        status: 'error',
        has_error: true,
        service: 'api',
        model: 'gpt-4o',
        provider: 'openai',
        tokens: { input: 1000, output: 100, total: 1100 },
        usage_counts: true,
        cost: 0.0035,
        cost_counts: true,
      });
      await expectViews(store, KEY);
    }));

  test('spans that are each other’s ancestors are all there', () =>
    withStore(factory, async (store) => {
      await write(store, [
        spansArrive([child(1, { parentSpanId: spanIdOf(2) }), child(2, { parentSpanId: spanIdOf(1) })], { framing }),
      ]);
      const outline = await store.reader.outline('shop', KEY);
      expect(outline?.rows().map((span) => [span.span_id, span.depth])).toEqual([
        [spanIdOf(1), 0],
        [spanIdOf(2), 1],
      ]);
    }));

  test('an outline and spans follow what comes later', () =>
    withStore(factory, async (store) => {
      const many = Array.from({ length: 80 }, (_, at) => child(at + 1));
      await write(store, [spansArrive([{ ...root, endUnixNano: null }, ...many], { framing })]);
      expect((await store.reader.outline('shop', KEY))?.rows()[0]?.duration_ms).toBeNull();
      await write(store, [spansArrive([root, child(90, { parentSpanId: spanIdOf(3) })], { framing })]);
      const outline = await store.reader.outline('shop', KEY);
      expect(outline?.rows()).toHaveLength(82);
      expect(outline?.rows()[0]).toMatchObject({ duration_ms: 100, child_count: 80 });
      await expectViews(store, KEY);
    }));

  test('what is not there is null, or left out', () =>
    withStore(factory, async (store) => {
      await write(store, [spansArrive([root], { framing })]);
      expect(await store.reader.outline('shop', traceIdOf(1))).toBeNull();
      expect(await store.reader.outline('bank', KEY)).toBeNull();
      expect(await store.reader.spans('shop', traceIdOf(1), [root.spanId])).toBeNull();
      expect(await store.reader.spans('shop', KEY, [spanIdOf(7), 'no such'])).toEqual([]);
      expect((await store.reader.outline(null, KEY))?.rows()).toHaveLength(1);
    }));

  test('natively sent spans have them too', () =>
    withStore(factory, async (store) => {
      const own = { name: 'own', start_time: '2026-11-20T12:00:00.1Z', end_time: '2026-11-20T12:00:01Z' };
      const spans = ['a', 'b'].map((id, at) => ({
        ...own,
        span_id: id,
        parent_span_id: at === 0 ? null : 'a',
        attributes: { 'llm.model': 'gpt-4o', 'llm.input_tokens': 5 },
      }));
      await write(store, [nativeArrives([{ trace_id: 'own-id', ...own, spans }], { framing })]);
      expect((await store.reader.outline('shop', 'own-id'))?.rows().map((span) => span.start_time)).toEqual([
        own.start_time,
        own.start_time,
      ]);
      await expectViews(store, 'own-id');
    }));

  test(
    'whatever came in whatever order, they are those of the document',
    () =>
      fc.assert(
        fc.asyncProperty(
          anyTraces(2).chain((traces) => fc.tuple(fc.constant(traces), anyDelivery(traces.flat()))),
          fc.array(anyLog(KEY), { maxLength: 2 }),
          async ([traces, requests], logs) => {
            await withStore(factory, async (store) => {
              await write(
                store,
                requests.map((request) => spansArrive(request, { framing })),
              );
              if (logs.length > 0) await write(store, [logsArrive(logs, { framing })]);
              for (const spans of traces) await expectViews(store, spans[0]?.traceId ?? '');
            });
          },
        ),
        { numRuns: 30 },
      ),
    MANY_STORES_MILLIS,
  );
};
