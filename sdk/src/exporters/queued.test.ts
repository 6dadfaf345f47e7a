import { type ExportBatch, type Exporter, type ExportOutcome, queued } from './index.js';

const batchOf = (spanCount: number): ExportBatch => ({ request: new Uint8Array(), spanCount });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many batches are let through at a time, the others follow in their order, each with its own outcome', async () => {
  const begun: { spanCount: number; settle: (outcome: ExportOutcome) => void }[] = [];
  const exporter: Exporter = {
    name: 'held',
    export: ({ spanCount }) => new Promise((settle) => begun.push({ spanCount, settle })),
    close: () => Promise.resolve(),
  };
  const two = queued(exporter, { maxConcurrentExports: 2 });
  const { signal } = new AbortController();
  const outcomes = [1, 2, 3, 4].map((spanCount) => two.export(batchOf(spanCount), signal));
  expect(begun.map(({ spanCount }) => spanCount)).toEqual([1, 2]);
  begun[1]?.settle({ status: 'rejected', rejectedSpans: 2, reason: 'no' });
  await turn();
  expect(begun.map(({ spanCount }) => spanCount)).toEqual([1, 2, 3]);
  begun[0]?.settle({ status: 'delivered' });
  begun[2]?.settle({ status: 'delivered' });
  await turn();
  begun[3]?.settle({ status: 'retry', reason: 'later' });
  expect((await Promise.all(outcomes)).map(({ status }) => status)).toEqual([
    'delivered',
    'rejected',
    'delivered',
    'retry',
  ]);
});

test('beyond its bytes a batch is given back at once; one alone is always taken', async () => {
  const begun: (() => void)[] = [];
  const exporter: Exporter = {
    name: 'held',
    export: () => new Promise((settle) => begun.push(() => settle({ status: 'delivered' }))),
    close: () => Promise.resolve(),
  };
  const { signal } = new AbortController();
  const sized = (bytes: number): ExportBatch => ({ request: new Uint8Array(bytes), spanCount: 1 });
  const bounded = queued(exporter, { maxConcurrentExports: 1, maxBytes: 10 });
  const first = bounded.export(sized(6), signal);
  const second = bounded.export(sized(4), signal);
  expect(await bounded.export(sized(1), signal)).toEqual({ status: 'retry', reason: 'exporter_queue_full' });
  begun[0]?.();
  await first;
  begun[1]?.();
  await second;
  const large = bounded.export(sized(100), signal);
  begun[2]?.();
  expect(await large).toEqual({ status: 'delivered' });
});
