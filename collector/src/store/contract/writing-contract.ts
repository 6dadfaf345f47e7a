import fc from 'fast-check';
import { documentOf, type SpanDocument, type TraceDocument } from 'noveum-proto';

import { CONTRACT_PRICES } from './prices.js';
import type { TraceFragment } from '../trace-store.js';
import { anyDelivery, anyLog, anyTraces } from './arbitraries.js';
import { type Arrival, type Framing, logsArrive, nativeArrives, spansArrive } from './delivery.js';
import { DAY, MILLI, NOON, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
import { documentsOf, query } from './queries.js';
import { MANY_STORES_MILLIS, type StoreFactory, withStore } from './stores.js';

const KEY = traceIdOf(0);
const queryAll = query();
const root = spanModel();
const child = (number: number, changes: Partial<SpanModel> = {}): SpanModel =>
  spanModel({ spanId: spanIdOf(number), parentSpanId: root.spanId, name: `step ${String(number)}`, ...changes });

const spanIdsOf = (document: TraceDocument | null): string[] =>
  (document?.spans ?? []).map((span: SpanDocument) => span.span_id).sort();

const native = {
  trace_id: '0F8FAD5B-D9CB-469F-A165-70867728950E',
  name: 'agent run',
  start_time: '2026-11-20T12:00:00.000123+00:00',
  end_time: '2026-11-20T12:00:01.500000+00:00',
  status: 'ok',
  attributes: { total_tokens: 42, total_cost: 0.01 },
  metadata: { user_id: 'ada', session_id: 's1', tags: { team: 'red', beta: true }, custom_attributes: {} },
  spans: [
    {
      span_id: 'one',
      trace_id: '0F8FAD5B-D9CB-469F-A165-70867728950E',
      parent_span_id: null,
      name: 'agent',
      start_time: '2026-11-20T12:00:00.000123+00:00',
      end_time: '2026-11-20T12:00:01.500000+00:00',
      status: 'ok',
      attributes: {},
      events: [],
    },
  ],
};

/** The expected document: of all that was sent, in one go, whatever the way it came. */
const expected = (fragments: readonly TraceFragment[]): TraceDocument | null =>
  documentOf(fragments, { prices: CONTRACT_PRICES });

export const writingContract = (factory: StoreFactory, framing: Framing): void => {
  const arrival: Arrival = { framing };
  const arrive = (spans: readonly SpanModel[], changes: Arrival = {}) => spansArrive(spans, { ...arrival, ...changes });

  test('what was written is readable at once, by its key and in a list', () =>
    withStore(factory, async ({ writer, reader }) => {
      const fragments = arrive([root, child(1)]);
      expect(await writer.write(fragments)).toEqual({
        newTraces: 1,
        newSpans: 2,
        duplicateSpans: 0,
        erasedFragments: 0,
      });
      const document = await reader.get('shop', KEY);
      expect(document).toEqual(expected(fragments));
      expect(spanIdsOf(document)).toEqual([root.spanId, child(1).spanId].sort());
    }));

  test('a request sent again changes nothing and is counted as duplicates', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(arrive([root, child(1)]));
      const before = await reader.get('shop', KEY);
      const usage = await reader.usage('shop');
      const report = await writer.write(arrive([root, child(1)]));
      expect(report).toMatchObject({ newTraces: 0, newSpans: 0 });
      if (framing === 'facts') expect(report.duplicateSpans).toBe(2);
      expect(await reader.get('shop', KEY)).toEqual(before);
      expect(await reader.usage('shop')).toEqual(usage);
    }));

  test('a fragment twice in one call is one', () =>
    withStore(factory, async ({ writer, reader }) => {
      const fragments = arrive([root, child(1)]);
      expect(await writer.write([...fragments, ...fragments])).toMatchObject({ newTraces: 1, newSpans: 2 });
      expect(await reader.get('shop', KEY)).toEqual(expected(fragments));
    }));

  test('an empty call is fine', () =>
    withStore(factory, async ({ writer }) => {
      expect(await writer.write([])).toEqual({ newTraces: 0, newSpans: 0, duplicateSpans: 0, erasedFragments: 0 });
    }));

  test('a span that overlaps with one held is taken once, the others are new', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(arrive([root, child(1)]));
      expect(await writer.write(arrive([child(1), child(2)]))).toMatchObject({ newTraces: 0, newSpans: 1 });
      expect((await reader.get('shop', KEY))?.span_count).toBe(3);
    }));

  test('the finished version of a span replaces the unfinished one, whichever comes first', async () => {
    const open = { ...root, endUnixNano: null };
    for (const order of [
      [open, root],
      [root, open],
    ])
      await withStore(factory, async ({ writer, reader }) => {
        for (const span of order) await writer.write(arrive([span]));
        const document = await reader.get('shop', KEY);
        expect(document).toMatchObject({ span_count: 1, incomplete: false, duration_ms: 100 });
        expect(document?.spans[0]?.end_unix_nano).toBe(String(root.endUnixNano));
        const [summary] = (await reader.find(queryAll)).traces;
        expect(summary).toMatchObject({ span_count: 1, incomplete: false, duration_ms: 100 });
      });
  });

  test('a trace whose spans come days apart stays one', () =>
    withStore(factory, async ({ writer, reader }) => {
      const spans = [0n, 3n, -2n, 9n].map((days, at) =>
        child(at + 1, { startUnixNano: NOON + days * DAY, endUnixNano: NOON + days * DAY + MILLI }),
      );
      const requests = [root, ...spans].map((span) => arrive([span]));
      for (const request of requests) await writer.write(request);
      // Another trace makes each of the days exist on its own.
      await writer.write(
        arrive(spans.map((span, at) => ({ ...span, traceId: traceIdOf(at + 1), parentSpanId: null }))),
      );
      const late = arrive([child(7, { startUnixNano: NOON + 3n * DAY, endUnixNano: null })]);
      await writer.write(late);
      expect(await reader.get('shop', KEY)).toEqual(expected([...requests.flat(), ...late]));
      const page = await reader.find(queryAll);
      expect(page.traces.map((trace) => trace.trace_key).sort()).toEqual([0, 1, 2, 3, 4].map(traceIdOf).sort());
      expect(page.traces.find((trace) => trace.trace_key === KEY)).toMatchObject({ span_count: 6 });
    }));

  test('the summary in a list says what the document says', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(
        arrive([
          {
            ...root,
            statusCode: 2,
            statusMessage: 'no answer',
            environment: 'prod',
            sdk: 'noveum-trace',
            attributes: { 'error.type': 'TimeoutError' },
          },
          child(1, {
            service: 'worker',
            sdk: 'another',
            attributes: { 'user.id': 'ada', 'session.id': 's1', 'tag.tags': ['beta'] },
          }),
        ]),
      );
      await writer.write(nativeArrives([native], arrival));
      const own = { 'noveum.metadata.tier': 'pro', 'noveum.metadata.seats': 3 };
      await writer.write(arrive([{ ...root, traceId: traceIdOf(9), attributes: own }]));
      const { traces } = await reader.find(queryAll);
      expect(traces).toHaveLength(3);
      expect(traces.map(({ metadata }) => metadata.custom_attributes)).toContainEqual({ tier: 'pro', seats: 3 });
      expect(traces.map(({ sdk }) => sdk)).toContainEqual({ name: 'noveum-trace', version: '1.0.0' });
      for (const summary of traces) {
        const { spans: _spans, ...rest } = (await reader.get('shop', summary.trace_key))!;
        expect(summary).toEqual(rest);
      }
    }));

  test('a native trace is found by its key and keeps its id as sent', () =>
    withStore(factory, async ({ writer, reader }) => {
      const fragments = nativeArrives([native], arrival);
      expect(await writer.write(fragments)).toMatchObject({ newTraces: 1, newSpans: 1 });
      const document = await reader.get('shop', '0f8fad5bd9cb469fa16570867728950e');
      expect(document).toEqual(expected(fragments));
      expect(document?.trace_id).toBe(native.trace_id);
      expect(await reader.get('shop', native.trace_id)).toBeNull();
      expect(await writer.write(fragments)).toMatchObject({ newTraces: 0, newSpans: 0 });
      expect(await reader.get('shop', document!.trace_key)).toEqual(document);
    }));

  test('several roots, none, or one that failed give the status of the document', async () => {
    const failed = { statusCode: 2 } as const;
    const other = spanModel({ spanId: spanIdOf(5), startUnixNano: NOON + MILLI });
    const shapes: [string, SpanModel[]][] = [
      ['ok', [root, child(1, failed)]],
      ['error', [{ ...root, ...failed }, child(1)]],
      ['timeout', [{ ...root, ...failed, attributes: { 'error.type': 'timeout' } }]],
      ['error', [child(1, failed), child(2)]],
      ['ok', [child(1), child(2)]],
    ];
    for (const [status, spans] of shapes)
      await withStore(factory, async ({ writer, reader }) => {
        for (const span of spans) await writer.write(arrive([span]));
        expect((await reader.get('shop', KEY))?.status).toBe(status);
        expect((await reader.find(queryAll)).traces[0]?.status).toBe(status);
      });
    await withStore(factory, async ({ writer, reader }) => {
      for (const span of [other, { ...root, ...failed }]) await writer.write(arrive([span]));
      const document = await reader.get('shop', KEY);
      expect(document).toEqual(expected(arrive([other, { ...root, ...failed }])));
      const { spans: _spans, ...summary } = document!;
      expect((await reader.find(queryAll)).traces).toEqual([summary]);
    });
  });

  test(
    'any order, split and repetition of any traces gives the documents of all that was sent',
    () =>
      fc.assert(
        fc.asyncProperty(
          anyTraces(3).chain((traces) => fc.tuple(fc.constant(traces), anyDelivery(traces.flat()))),
          fc.nat(3),
          async ([traces, requests], callSize) => {
            await withStore(factory, async ({ writer, reader }) => {
              const arrived = requests.map((request) => arrive(request));
              for (let at = 0; at < arrived.length; at += callSize + 1)
                await writer.write(arrived.slice(at, at + callSize + 1).flat());
              for (const spans of traces) {
                const key = spans[0]!.traceId;
                const whole = await reader.get('shop', key);
                expect(whole).toEqual(expected(arrived.flat().filter((fragment) => fragment.traceKey === key)));
                expect(whole).toEqual(expected(spans.flatMap((span) => arrive([span]))));
                const { spans: _spans, ...summary } = whole!;
                const listed = (await reader.find(queryAll)).traces.filter((trace) => trace.trace_key === key);
                expect(listed).toEqual([summary]);
              }
            });
          },
        ),
        { numRuns: 40 },
      ),
    MANY_STORES_MILLIS,
  );

  test(
    'log records join the spans of their trace in whichever order they come',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anyLog(KEY), { minLength: 1, maxLength: 3 }).chain((logs) =>
            fc.tuple(
              fc.constant(logs),
              fc.shuffledSubarray(
                [...logs.map((log) => logsArrive([log], arrival)), arrive([root]), arrive([child(1)])],
                {
                  minLength: logs.length + 2,
                },
              ),
            ),
          ),
          async ([logs, requests]) => {
            await withStore(factory, async ({ writer, reader }) => {
              for (const request of requests) await writer.write(request);
              const whole = expected([
                ...logs.flatMap((log) => logsArrive([log], arrival)),
                ...arrive([root]),
                ...arrive([child(1)]),
              ]);
              expect(await reader.get('shop', KEY)).toEqual(whole);
            });
          },
        ),
        { numRuns: 20 },
      ),
    MANY_STORES_MILLIS,
  );

  test('after reopening all is there, and a replay adds nothing', async () => {
    await withStore(factory, async (store) => {
      if (store.reopen === undefined) return;
      const requests = [
        arrive([root]),
        arrive([child(1), child(2, { endUnixNano: null })]),
        nativeArrives([native], arrival),
      ];
      for (const request of requests) await store.writer.write(request);
      await store.writer.sync();
      const before = await documentsOf(store.reader, queryAll);
      const usage = await store.reader.usage(null);
      const again = await store.reopen();
      expect(await documentsOf(again.reader, queryAll)).toEqual(before);
      for (const request of requests)
        expect(await again.writer.write(request)).toMatchObject({ newTraces: 0, newSpans: 0 });
      expect(await documentsOf(again.reader, queryAll)).toEqual(before);
      expect(await again.reader.usage(null)).toEqual(usage);
      const late = arrive([child(3)]);
      expect(await again.writer.write(late)).toMatchObject({ newTraces: 0, newSpans: 1 });
      expect((await again.reader.get('shop', KEY))?.span_count).toBe(4);
    });
  });
};
