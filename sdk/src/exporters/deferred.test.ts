import { batchOfSpans, spanIdOf, traceIdOf } from '../../test/support/requests.js';
import { deferred, type Exporter } from './index.js';

const never = new AbortController().signal;
const batch = batchOfSpans([{ traceId: traceIdOf(1), spanId: spanIdOf(1) }]);

test('it is loaded with the first batch, once, and closed if it was', async () => {
  const calls: string[] = [];
  const inner: Exporter = {
    name: 'inner',
    export: ({ spanCount }) => {
      calls.push(`export ${String(spanCount)}`);
      return Promise.resolve({ status: 'delivered' });
    },
    close: () => Promise.resolve(void calls.push('close')),
  };
  const load = (): Promise<Exporter> => {
    calls.push('load');
    return Promise.resolve(inner);
  };
  const unused = deferred({ name: 'a', load, onError: () => undefined });
  await unused.close();
  expect(calls).toEqual([]);
  const exporter = deferred({ name: 'a', load, onError: () => undefined });
  await Promise.all([exporter.export(batch, never), exporter.export(batch, never)]);
  await exporter.close();
  expect(calls).toEqual(['load', 'export 1', 'export 1', 'close']);
});

test('what cannot be loaded is told once, and rejects its batches', async () => {
  const told: unknown[] = [];
  const error = new Error('no such package');
  const exporter = deferred({
    name: 'a',
    load: () => Promise.reject(error),
    onError: (one) => void told.push(one),
  });
  const rejected = { status: 'rejected', rejectedSpans: 1, reason: 'not_loaded' };
  expect([await exporter.export(batch, never), await exporter.export(batch, never)]).toEqual([rejected, rejected]);
  await exporter.close();
  expect(told).toEqual([error]);
});
