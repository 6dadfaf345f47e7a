import type { Prices } from 'noveum-proto';

import type { ExportBatch } from '../exporters/index.js';
import { createLedger } from '../ledger/index.js';
import { resolveOptions } from '../options/index.js';
import { readableSpansOf } from '../records/index.js';
import { batchOfSpans, spanIdOf, traceIdOf } from '../../test/support/requests.js';
import { edgeWires } from './edge/index.js';
import { buildPipeline } from './index.js';
import { pipelineSettingsOf } from './settings/index.js';

const span = (number: number, attributes: readonly unknown[]) => ({
  traceId: traceIdOf(1),
  spanId: spanIdOf(number),
  attributes,
});
const plain = (number: number) => span(number, [{ key: 'app.step', value: { intValue: number } }]);
const call = (number: number) =>
  span(number, [
    { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } },
    { key: 'gen_ai.usage.input_tokens', value: { intValue: number } },
  ]);

/** A dollar a token, once they are there. */
const PRICES = { totalOf: ({ inputTokens }) => inputTokens, version: '1' } as Prices;

const setUp = (load: () => Promise<Prices | undefined>) => {
  const received: ExportBatch[] = [];
  const exporter = {
    name: 'memory',
    export: (batch: ExportBatch) => {
      received.push({ ...batch, request: batch.request.slice() });
      return Promise.resolve({ status: 'delivered' as const });
    },
    close: () => Promise.resolve(),
  };
  const { options } = resolveOptions({ code: { exporters: [exporter] } });
  const ledger = createLedger();
  const errors: unknown[] = [];
  let loads = 0;
  const pipeline = buildPipeline({
    settings: pipelineSettingsOf(options, false),
    wires: {
      ...edgeWires(undefined, (error) => void errors.push(error)),
      prices: () => {
        loads += 1;
        return load();
      },
    },
    ledger,
    sender: { process: { id: 'p', startedAt: 0 } as never, told: () => undefined },
  });
  const accept = ({ request, spanCount }: ExportBatch) =>
    pipeline.accept({ request: new Uint8Array(request), spanCount, isPlain: false });
  const costs = () => received.flatMap(({ request }) => readableSpansOf(request)).map((s) => s.attributes['llm.cost']);
  return { pipeline, accept, costs, ledger, errors, loads: () => loads };
};

test('prices are loaded with the first call, which gets its cost, and not for other spans', async () => {
  const { pipeline, accept, costs, loads } = setUp(() => Promise.resolve(PRICES));
  expect(await accept(batchOfSpans([plain(1), plain(2)]))).toBe(true);
  expect(loads()).toBe(0);
  const batches = [batchOfSpans([call(3), plain(4)]), batchOfSpans([call(5)]), batchOfSpans([call(6)])];
  expect(await Promise.all(batches.map(accept))).toEqual([true, true, true]);
  expect(loads()).toBe(1);
  expect(costs()).toEqual([undefined, undefined, 3, undefined, 5, 6]);
  await pipeline.close(1_000);
});

test('where there are none, calls go out without a cost', async () => {
  const { pipeline, accept, costs, loads } = setUp(() => Promise.resolve(undefined));
  for (let at = 0; at < 3; at++) expect(await accept(batchOfSpans([call(1)]))).toBe(true);
  expect(loads()).toBe(1);
  expect(costs()).toEqual([undefined, undefined, undefined]);
  await pipeline.close(1_000);
});

test('where they can not be loaded, calls are dropped with a count, and other spans go out', async () => {
  const { pipeline, accept, costs, ledger, errors } = setUp(() => Promise.reject(new Error('no such file')));
  expect(await accept(batchOfSpans([call(1)]))).toBe(false);
  expect(await accept(batchOfSpans([plain(2)]))).toBe(true);
  expect(costs()).toEqual([undefined]);
  expect(errors).toHaveLength(1);
  expect(ledger.snapshot()).toMatchObject({ droppedSpans: { stage_failed: 1 } });
  await pipeline.close(1_000);
});
