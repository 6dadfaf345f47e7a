import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { context, propagation, trace } from '@opentelemetry/api';

import {
  getClient,
  init,
  type LedgerSnapshot,
  type NoveumClient,
  type NoveumOptions,
  SDK_VERSION,
} from '../src/index.js';
import { type RunningCollector, startCollector } from './support/collector.js';

jest.setTimeout(120_000);

interface SenderAnswer {
  readonly exporter: string;
  readonly state: string;
  readonly service: string;
  readonly sdk_version: string;
  readonly created: number;
  readonly sampled_out: number;
  readonly received: number;
  readonly lost: number;
  readonly in_flight: number;
  readonly spooled: number;
  readonly recovered: number;
  readonly repeated: number;
  readonly dropped: Readonly<Record<string, number>>;
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

const sendersOf = async ({ http }: RunningCollector): Promise<readonly SenderAnswer[]> =>
  ((await (await fetch(`${http}/v1/senders`)).json()) as { readonly senders: readonly SenderAnswer[] }).senders;

/** Spans that the store holds, counted by the store itself, once no more come. */
const storedSpans = async ({ http }: RunningCollector, atLeast: number): Promise<number> => {
  for (const until = Date.now() + 20_000; ;) {
    const status = (await (await fetch(`${http}/v1/status`)).json()) as { readonly usage: { spans_total: number } };
    if (status.usage.spans_total >= atLeast || Date.now() > until) return status.usage.spans_total;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const makeSpans = (count: number): void => {
  const tracer = trace.getTracer('t');
  for (let at = 0; at < count; at++) tracer.startSpan('step', { attributes: { at, text: 'x'.repeat(200) } }).end();
};

const expectBooksToAgree = (sender: SenderAnswer | undefined, { createdSpans, sampledOutSpans }: LedgerSnapshot) => {
  if (sender === undefined) throw new Error('no sender');
  const { created, recovered, received, sampled_out: sampledOut, lost, in_flight: inFlight } = sender;
  expect(created).toBe(createdSpans + sampledOutSpans);
  expect(sampledOut).toBe(sampledOutSpans);
  expect(created + recovered).toBe(received + sampledOut + lost + inFlight);
};

let collector: RunningCollector;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'noveum-senders-'));
  collector = await startCollector({ dataDir });
});

afterEach(async () => {
  await getClient()?.shutdown(1_000);
  for (const api of [trace, context, propagation]) api.disable();
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const startWith = (options: NoveumOptions): NoveumClient =>
  init({ project: 'shop', serviceName: 'checkout', endpoint: collector.http, ...options });

test.each(['noveum', 'otlp'] as const)(
  'the books agree though the budget drops, a sampler leaves out and the collector is killed (%s)',
  async (exporter) => {
    const client = startWith({
      exporters: [exporter],
      sampling: { ratio: 0.5 },
      batch: { maxQueueBytes: 256 * 1024, maxSpans: 50, scheduledDelayMillis: 20 },
      retry: { initialDelayMillis: 20, maxDelayMillis: 200, maxAttempts: 100 },
    });
    makeSpans(400);
    await client.flush();
    // Far more than the budget: what is over it is dropped, with a count.
    makeSpans(6_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    const { port } = collector;
    await collector.kill();
    makeSpans(400);
    collector = await startCollector({ dataDir, port });
    expect(await client.flush(30_000)).toBe(true);
    makeSpans(100);
    await client.shutdown();

    const stats = client.getStats();
    expect(stats.droppedSpans['queue_full']).toBeGreaterThan(0);
    const senders = await sendersOf(collector);
    expect(senders).toEqual([
      expect.objectContaining({
        exporter,
        state: 'ended',
        service: 'checkout',
        sdk_version: SDK_VERSION,
      }),
    ]);
    const [sender] = senders;
    expectBooksToAgree(sender, stats);
    expect(sender?.received).toBe(stats.exporters[exporter]?.acknowledgedSpans);
    expect(sender?.lost).toBe(sum(stats.droppedSpans));
    expect(sender?.dropped).toEqual(stats.droppedSpans);
    expect(sender?.in_flight).toBe(0);
    expect(await storedSpans(collector, sender?.received ?? Infinity)).toBe(sender?.received);
  },
);

test('what was spooled is on its way until the next process has sent it, which has recovered it', async () => {
  const directory = join(dataDir, 'spool');
  const options: NoveumOptions = {
    exporters: ['otlp'],
    spool: { directory },
    retry: { maxAttempts: 1 },
    worker: false,
  };
  const first = startWith(options);
  makeSpans(10);
  await first.flush();
  const { port } = collector;
  await collector.stop();
  makeSpans(7);
  await first.flush();
  collector = await startCollector({ dataDir, port });
  // Within the circuit's or the spool's pause: it ends with these on disk, and they go with the next.
  await first.shutdown(1);
  for (const api of [trace, context, propagation]) api.disable();
  const second = startWith(options);
  makeSpans(1);
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    await second.flush();
    if (second.getStats().exporters['otlp']?.acknowledgedSpans === 8) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await second.shutdown();
  const [latest, before] = await sendersOf(collector);
  expectBooksToAgree(latest, second.getStats());
  expect(latest).toMatchObject({ created: 1, recovered: 7, received: 8, lost: 0, in_flight: 0, state: 'ended' });
  expectBooksToAgree(before, { ...first.getStats(), createdSpans: before?.created ?? 0 });
  expect(before).toMatchObject({ received: 10, lost: 0 });
});
