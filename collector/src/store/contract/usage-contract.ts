import { type Framing, nativeArrives, spansArrive } from './delivery.js';
import { NOON_MILLIS, spanIdOf, spanModel, type SpanModel, traceIdOf } from './models.js';
import { type StoreFactory, withStore } from './stores.js';

const DAY_MILLIS = 86_400_000;

export const usageContract = (factory: StoreFactory, framing: Framing): void => {
  const trace = (number: number): SpanModel[] => [
    spanModel({ traceId: traceIdOf(number) }),
    spanModel({ traceId: traceIdOf(number), spanId: spanIdOf(1), parentSpanId: spanIdOf(0) }),
  ];
  const sizeOf = (fragments: readonly { readonly payload: Uint8Array }[]): number =>
    fragments.reduce((sum, { payload }) => sum + payload.length, 0);

  test('traces, spans and bytes are counted by project and day of arrival, once', () =>
    withStore(factory, async ({ writer, reader }) => {
      const first = spansArrive([...trace(0), ...trace(1)], { framing });
      const nextDay = spansArrive(trace(2), { framing, receivedAtMillis: NOON_MILLIS + DAY_MILLIS });
      const foreign = spansArrive(trace(0), { framing, project: 'other' });
      for (const fragments of [first, nextDay, foreign, first, nextDay, foreign]) await writer.write(fragments);
      const shop = [
        { project: 'shop', day: '2026-11-20', traces: 2, spans: 4, bytes: sizeOf(first) },
        { project: 'shop', day: '2026-11-21', traces: 1, spans: 2, bytes: sizeOf(nextDay) },
      ];
      const other = { project: 'other', day: '2026-11-20', traces: 1, spans: 2, bytes: sizeOf(foreign) };
      expect(await reader.usage('shop')).toEqual(shop);
      expect(await reader.usage(null)).toEqual(expect.arrayContaining([...shop, other]));
      expect(await reader.usage(null)).toHaveLength(3);
    }));

  test('a late span counts on the day it came, its trace only once', () =>
    withStore(factory, async ({ writer, reader }) => {
      const late = spanModel({ traceId: traceIdOf(0), spanId: spanIdOf(2), parentSpanId: spanIdOf(0) });
      await writer.write(spansArrive(trace(0), { framing }));
      await writer.write(spansArrive([late], { framing, receivedAtMillis: NOON_MILLIS + DAY_MILLIS }));
      expect(await reader.usage('shop')).toMatchObject([
        { day: '2026-11-20', traces: 1, spans: 2 },
        { day: '2026-11-21', traces: 0, spans: 1 },
      ]);
    }));

  test('native traces count like others', () =>
    withStore(factory, async ({ writer, reader }) => {
      const fragments = nativeArrives(
        [{ trace_id: 't-1', name: 'native', start_time: '2026-11-20T12:00:00+00:00', end_time: null, spans: [] }],
        { framing },
      );
      for (let times = 0; times < 2; times++) await writer.write(fragments);
      const bytes = sizeOf(fragments);
      expect(await reader.usage('shop')).toEqual([{ project: 'shop', day: '2026-11-20', traces: 1, spans: 0, bytes }]);
    }));

  test('a write of what came on several days counts each day for itself, spans that are held on none', () =>
    withStore(factory, async ({ writer, reader }) => {
      const nextDay = NOON_MILLIS + DAY_MILLIS;
      const late = spanModel({ traceId: traceIdOf(0), spanId: spanIdOf(2), parentSpanId: spanIdOf(0) });
      const first = spansArrive([...trace(0), ...trace(1)], { framing });
      const second = spansArrive([late], { framing, receivedAtMillis: nextDay });
      const again = spansArrive([late, ...trace(1)], { framing, receivedAtMillis: nextDay + DAY_MILLIS });
      await writer.write([...first, ...second, ...again]);
      const counted = [
        { project: 'shop', day: '2026-11-20', traces: 2, spans: 4, bytes: sizeOf(first) },
        { project: 'shop', day: '2026-11-21', traces: 0, spans: 1, bytes: sizeOf(second) },
      ];
      expect(await reader.usage('shop')).toEqual(counted);

      const changed = spansArrive([{ ...late, name: 'changed' }], { framing, receivedAtMillis: nextDay });
      const other = spansArrive(
        [late, spanModel({ traceId: traceIdOf(0), spanId: spanIdOf(3), parentSpanId: spanIdOf(0) })],
        { framing, receivedAtMillis: nextDay + DAY_MILLIS },
      );
      await writer.write([...changed, ...other]);
      expect(await reader.usage('shop')).toMatchObject([
        { day: '2026-11-20', spans: 4 },
        { day: '2026-11-21', spans: 1, bytes: sizeOf(second) + sizeOf(changed) },
        { day: '2026-11-22', spans: 1, traces: 0, bytes: sizeOf(other) },
      ]);
    }));
};
