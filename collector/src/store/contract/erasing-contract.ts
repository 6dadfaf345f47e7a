import fc from 'fast-check';

import type { ErasureRequest, ErasureTarget, TraceReader, TraceWriter } from '../trace-store.js';
import { anyDelivery, anyTraces } from './arbitraries.js';
import { type Framing, logsArrive, nativeArrives, spansArrive } from './delivery.js';
import { DAY, MILLI, NOON, NOON_MILLIS, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
import { documentsOf, query } from './queries.js';
import { MANY_STORES_MILLIS, type StoreFactory, withStore } from './stores.js';

const EVERYWHERE = query({ filter: { ...query().filter, project: null } });

const requestOf = (target: Partial<ErasureTarget>, id = 'e-1'): ErasureRequest => ({
  id,
  requestedAtMillis: NOON_MILLIS,
  target: { project: 'shop', ...target },
});

const listed = async (reader: TraceReader): Promise<string[]> =>
  (await reader.find(EVERYWHERE)).traces.map((trace) => `${trace.project}/${trace.trace_key}`).sort();

const A_YEAR_LATER = NOON_MILLIS + 365 * 86_400_000;

const upkeep = async (writer: TraceWriter, nowMillis: number): Promise<void> => {
  while (await writer.maintain(nowMillis));
};

const rootOf = (number: number, changes: Partial<SpanModel> = {}): SpanModel =>
  spanModel({ traceId: traceIdOf(number), spanId: spanIdOf(number), ...changes });

const place = (number: number, project = 'shop'): string => `${project}/${traceIdOf(number)}`;

export const erasingContract = (factory: StoreFactory, framing: Framing): void => {
  const arrive = (spans: readonly SpanModel[], project = 'shop') => spansArrive(spans, { framing, project });

  test('a trace that is erased is in no answer, the others are, and it is told how many went', () =>
    withStore(factory, async ({ writer, reader }) => {
      await writer.write(arrive([rootOf(1), rootOf(2)]));
      await writer.write(arrive([rootOf(1)], 'bank'));
      const erasure = await writer.erase(requestOf({ traceKey: traceIdOf(1) }));
      expect(erasure).toMatchObject({ id: 'e-1', project: 'shop', requestedAtMillis: NOON_MILLIS, traces: 1 });
      expect(await reader.get('shop', traceIdOf(1))).toBeNull();
      expect(await listed(reader)).toEqual([place(1, 'bank'), place(2)]);
      expect((await reader.find(query({ count: 'exact' }))).total).toBe(1);
    }));

  test('it does not come back when it is sent again, nor by spans that come late, while other projects have their own', () =>
    withStore(factory, async ({ writer, reader }) => {
      const late = rootOf(1, { spanId: spanIdOf(7), parentSpanId: spanIdOf(1) });
      await writer.write(arrive([rootOf(1), rootOf(2)]));
      await writer.erase(requestOf({ traceKey: traceIdOf(1) }));
      expect(await writer.write(arrive([rootOf(1), rootOf(2)]))).toMatchObject({ newTraces: 0, erasedFragments: 1 });
      expect(await writer.write(arrive([late]))).toMatchObject({ newTraces: 0, newSpans: 0, erasedFragments: 1 });
      expect(await writer.write(arrive([rootOf(1)], 'bank'))).toMatchObject({ newTraces: 1, erasedFragments: 0 });
      expect(await listed(reader)).toEqual([place(1, 'bank'), place(2)]);
    }));

  test('an id that was never there is told so; one erased before, by what erasure', () =>
    withStore(factory, async ({ writer }) => {
      await writer.write(arrive([rootOf(1)]));
      expect(await writer.erase(requestOf({ traceKey: traceIdOf(9) }))).toBeNull();
      expect(await writer.erasure('e-1')).toBeNull();
      await writer.erase(requestOf({ traceKey: traceIdOf(1) }, 'e-2'));
      for (const project of ['shop', null])
        expect(await writer.erase(requestOf({ project, traceKey: traceIdOf(1) }, 'e-3'))).toMatchObject({ id: 'e-2' });
      expect(await writer.erasure('e-3')).toBeNull();
    }));

  test.each<[string, Partial<ErasureTarget>, number[]]>([
    ['a user', { userId: 'ada' }, [1, 2]],
    ['a session', { sessionId: 's2' }, [2, 3]],
    ['a user in a session', { userId: 'ada', sessionId: 's2' }, [2]],
    ['a time', { startUnixNano: NOON + DAY, endUnixNano: NOON + 2n * DAY }, [2]],
    ['all before a time', { endUnixNano: NOON + 1n }, [1]],
    ['all from a time on', { startUnixNano: NOON + DAY }, [2, 3, 4]],
    ['a user within a time', { userId: 'ada', startUnixNano: NOON + DAY }, [2]],
    ['a project', {}, [1, 2, 3, 4]],
    ['nobody', { userId: 'nobody' }, []],
  ])('of %s', (_name, target, erased) =>
    withStore(factory, async ({ writer, reader }) => {
      const at = (days: bigint) => ({ startUnixNano: NOON + days * DAY, endUnixNano: NOON + days * DAY + MILLI });
      const shop = [
        rootOf(1, { ...at(0n), attributes: { 'user.id': 'ada', 'session.id': 's1' } }),
        rootOf(2, { ...at(1n), attributes: { 'user.id': 'ada', 'session.id': 's2' } }),
        rootOf(3, { ...at(2n), attributes: { 'user.id': 'bo', 'session.id': 's2' } }),
        rootOf(4, at(3n)),
      ];
      await writer.write(arrive(shop));
      await writer.write(arrive(shop, 'bank'));
      expect(await writer.erase(requestOf(target))).toMatchObject({ traces: erased.length });
      const kept = [1, 2, 3, 4].filter((number) => !erased.includes(number));
      const expected = [...[1, 2, 3, 4].map((number) => place(number, 'bank')), ...kept.map((number) => place(number))];
      expect(await listed(reader)).toEqual(expected.sort());
      expect((await writer.write(arrive(shop))).erasedFragments).toBe(erased.length);
      expect(await listed(reader)).toEqual(expected);
      expect(await writer.erase(requestOf({ ...target, project: null }, 'e-2'))).toMatchObject({
        traces: erased.length,
      });
      expect(await listed(reader)).toEqual(
        expected.filter((each) => !erased.some((number) => each.endsWith(place(number, '')))),
      );
    }),
  );

  test(
    'whatever is erased at whatever moment, the rest is as in a store that never had it',
    () =>
      fc.assert(
        fc.asyncProperty(
          anyTraces(4).chain((traces) => fc.tuple(fc.constant(traces), anyDelivery(traces.flat()))),
          fc.nat(10),
          fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
          async ([traces, requests], pause, doomed) => {
            const arrived = requests.map((request) => arrive(request));
            const keys = doomed.map((number) => traceIdOf(number % traces.length));
            await withStore(factory, async (store) =>
              withStore(factory, async (other) => {
                for (const fragments of arrived) await store.writer.write(fragments);
                for (const [at, traceKey] of keys.entries())
                  await store.writer.erase(requestOf({ traceKey }, `e-${String(at)}`));
                for (const fragments of arrived.slice(pause)) await store.writer.write(fragments);
                await upkeep(store.writer, NOON_MILLIS + 86_400_000);
                for (const fragments of arrived.slice(0, pause)) await store.writer.write(fragments);
                for (const fragments of arrived)
                  await other.writer.write(fragments.filter(({ traceKey }) => !keys.includes(traceKey)));
                expect(await store.reader.find(EVERYWHERE)).toEqual(await other.reader.find(EVERYWHERE));
                expect(await documentsOf(store.reader, EVERYWHERE)).toEqual(
                  await documentsOf(other.reader, EVERYWHERE),
                );
              }),
            );
          },
        ),
        { numRuns: 15 },
      ),
    MANY_STORES_MILLIS,
  );

  test('native traces and logs go like others, and what was counted as received stays counted', () =>
    withStore(factory, async ({ writer, reader }) => {
      const native = nativeArrives(
        [{ trace_id: 'run-1', name: 'run', start_time: '2026-11-20T12:00:00Z', spans: [] }],
        { framing },
      );
      const log = { unixNano: NOON, body: 'hello', attributes: {}, spanId: null };
      const logs = logsArrive([{ ...log, traceId: traceIdOf(1), eventName: 'gen_ai.user.message' }], { framing });
      await writer.write([...native, ...arrive([rootOf(1)]), ...logs]);
      const usage = await reader.usage(null);
      expect(await writer.erase(requestOf({ traceKey: 'run-1' }))).toMatchObject({ traces: 1 });
      expect(await writer.erase(requestOf({ traceKey: traceIdOf(1) }, 'e-2'))).toMatchObject({ traces: 1 });
      expect((await writer.write([...native, ...logs])).erasedFragments).toBe(2);
      expect(await listed(reader)).toEqual([]);
      expect(await reader.usage(null)).toEqual(usage);
    }));

  test('upkeep purges, says when, and lives on over a reopening', () =>
    withStore(factory, async (store) => {
      await store.writer.write(arrive([rootOf(1), rootOf(2), rootOf(3)]));
      await store.writer.erase(requestOf({ traceKey: traceIdOf(1) }));
      const opened = store.reopen === undefined ? store : await store.reopen();
      expect((await opened.writer.write(arrive([rootOf(1)]))).erasedFragments).toBe(1);
      await upkeep(opened.writer, NOON_MILLIS + 86_400_000);
      expect(await opened.writer.erasure('e-1')).toMatchObject({
        traces: 1,
        purgedAtMillis: expect.any(Number) as number,
      });
      expect(await listed(opened.reader)).toEqual([place(2), place(3)]);
      expect(await opened.reader.get('shop', traceIdOf(2))).toMatchObject({ span_count: 1 });
      expect((await opened.writer.write(arrive([rootOf(1)]))).erasedFragments).toBe(1);
      await upkeep(opened.writer, A_YEAR_LATER);
      expect((await opened.writer.write(arrive([rootOf(4)]))).newTraces).toBe(1);
    }));
};
