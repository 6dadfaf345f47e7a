import { counted, type ExportBatch, type Exporter, systemClock } from '../exporters/index.js';
import { createLedger } from '../ledger/index.js';
import { createPipeline, type PipelineOptions } from './pipeline.js';

const later = (work: () => void, delayMillis: number) => {
  const timer = setTimeout(work, delayMillis);
  return { cancel: () => clearTimeout(timer) };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const batchOf = (spanCount: number) => ({ request: new Uint8Array(new ArrayBuffer(10)), spanCount, isPlain: false });

const createHolding = (name: string) => {
  const held: (() => void)[] = [];
  let closes = 0;
  const exporter: Exporter = {
    name,
    export: (_batch, signal) =>
      new Promise((settle) => {
        held.push(() => settle({ status: 'delivered' }));
        signal.addEventListener('abort', () => settle({ status: 'retry', reason: 'aborted' }));
      }),
    close: () => Promise.resolve(void (closes += 1)),
  };
  return { exporter, release: () => held.splice(0).forEach((settle) => settle()), closes: () => closes };
};

const start = (exporters: readonly Exporter[], options: Partial<PipelineOptions> = {}) => {
  const ledger = createLedger();
  const pipeline = createPipeline({
    process: (batch) => Promise.resolve(batch),
    keep: undefined,
    release: () => undefined,
    exporters: exporters.map((exporter) => counted(exporter, ledger.exporter(exporter.name), systemClock)),
    ledger,
    later,
    ...options,
  });
  return { pipeline, ledger };
};

test('a batch is settled once every exporter has it behind it', async () => {
  const quick = createHolding('quick');
  const slow = createHolding('slow');
  const { pipeline, ledger } = start([quick.exporter, slow.exporter]);
  ledger.created(3);
  const accepted = pipeline.accept(batchOf(3));
  await turn();
  quick.release();
  expect(await pipeline.flush(1)).toBe(false);
  expect(ledger.snapshot().exporters).toMatchObject({ quick: { acknowledgedSpans: 3 }, slow: { inFlightSpans: 3 } });
  slow.release();
  expect(await pipeline.flush(1_000)).toBe(true);
  await accepted;
  expect(ledger.snapshot()).toMatchObject({ createdSpans: 3, queuedSpans: 0 });
});

test('closing gives what is under way its time, then gives it up with a count, and closes the exporters once', async () => {
  const held = createHolding('held');
  const { pipeline, ledger } = start([held.exporter]);
  ledger.created(2);
  void pipeline.accept(batchOf(2));
  await turn();
  await Promise.all([pipeline.close(5), pipeline.close(5)]);
  expect(ledger.snapshot().exporters['held']).toMatchObject({ droppedSpans: { aborted: 2 }, inFlightSpans: 0 });
  expect(held.closes()).toBe(1);
});

test('what the keep-rule holds goes on when it is too old, and at the end', async () => {
  const held = createHolding('held');
  let holding: ExportBatch | undefined;
  const letGo = (): ExportBatch | undefined => {
    const batch = holding;
    holding = undefined;
    return batch;
  };
  const timers: (() => void)[] = [];
  const { pipeline, ledger } = start([held.exporter], {
    keep: { take: (batch) => void (holding = batch), decideOld: letGo, decideAll: letGo },
    later: (work, delayMillis) => {
      if (delayMillis === 1_000) timers.push(work);
      return delayMillis === 1_000 ? { cancel: () => undefined } : later(work, delayMillis);
    },
  });
  ledger.created(5);
  await pipeline.accept(batchOf(2));
  expect(ledger.snapshot().queuedSpans).toBe(5);
  timers.shift()?.();
  expect(ledger.snapshot().exporters['held']).toMatchObject({ inFlightSpans: 2 });
  await pipeline.accept(batchOf(3));
  const closed = pipeline.close(1_000);
  held.release();
  await closed;
  expect(ledger.snapshot()).toMatchObject({ queuedSpans: 0, exporters: { held: { acknowledgedSpans: 5 } } });
});
