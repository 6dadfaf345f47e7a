import type { TraceChange } from '../trace-store.js';
import { type Framing, nativeArrives, spansArrive } from './delivery.js';
import { spanIdOf, spanModel, traceIdOf } from './models.js';
import { EVERYTHING, query } from './queries.js';
import { type StoreFactory, withStore } from './stores.js';

export const changesContract = (factory: StoreFactory, framing: Framing): void => {
  const root = (number: number, project = 'shop') =>
    spansArrive([spanModel({ traceId: traceIdOf(number), name: `root ${String(number)}` })], { framing, project });
  const child = (number: number) =>
    spansArrive([spanModel({ traceId: traceIdOf(number), spanId: spanIdOf(9), parentSpanId: spanIdOf(0) })], {
      framing,
    });
  const change = (number: number, isNew: boolean): TraceChange => ({
    project: 'shop',
    traceKey: traceIdOf(number),
    isNew,
  });

  test('who asks is told of each trace that a write makes or changes, once, and of no other', () =>
    withStore(factory, async ({ writer }) => {
      await writer.write(root(1));
      const told: TraceChange[] = [];
      const write = (fragments: Parameters<typeof writer.write>[0]) =>
        writer.write(fragments, (changed) => told.push(changed));
      await write([...root(1), ...root(2), ...child(2)]);
      expect(told.splice(0)).toEqual([change(2, true)]);
      await write([...child(1), ...root(2)]);
      expect(told.splice(0)).toEqual([change(1, false)]);
      await write(nativeArrives([{ trace_id: 't-1', name: 'native', start_time: '2026-11-20T12:00:00Z', spans: [] }]));
      expect(told).toEqual([{ project: 'shop', traceKey: 't-1', isNew: true }]);
    }));

  test('of traces that are named, those that fit a filter are given as lists give them', () =>
    withStore(factory, async ({ writer, reader }) => {
      for (const fragments of [root(1), root(2), root(3, 'bank'), child(2)]) await writer.write(fragments);
      const place = (number: number, project = 'shop') => ({ project, traceKey: traceIdOf(number) });
      const found = await reader.summaries(
        [place(2), place(7), place(1), place(3), place(3, 'bank')],
        [
          { ...EVERYTHING, compare: [{ field: 'span_count', operator: 'gt', value: 1 }] },
          EVERYTHING,
          { ...EVERYTHING, project: null, equals: { environment: 'nowhere' } },
        ],
      );
      const { traces } = await reader.find(query());
      const listed = (name: string) => traces.find((trace) => trace.name === name);
      expect(found).toEqual([
        { summary: listed('root 2'), fits: [0, 1] },
        { summary: listed('root 1'), fits: [1] },
      ]);
    }));
};
