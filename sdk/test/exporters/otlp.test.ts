import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  circuitBreaking,
  counted,
  countingBytes,
  createOtlpExporter,
  createPack,
  type Exporter,
  retrying,
  systemClock,
} from '../../src/exporters/index.js';
import { createNodeTransport, nodeGzip } from '../../src/exporters/node/index.js';
import { createLedger, type Ledger } from '../../src/ledger/index.js';
import { answering, resetting, silent, startAnsweringServer } from '../support/answering-server.js';
import { startCollector } from '../support/collector.js';
import { batchOfSpans, spanIdOf, traceIdOf } from '../support/requests.js';

const never = new AbortController().signal;

/** As it is composed for use, with waits that a test can wait for. */
const stackTo = (url: string, ledger: Ledger, timeoutMillis = 2000): Exporter => {
  const tally = ledger.exporter('otlp');
  const clock = systemClock;
  const onBytes = (bytes: number): void => {
    tally.sentBytes(bytes);
  };
  const onRetry = (reason: string): void => {
    tally.retried(reason);
  };
  const onState = (state: 'closed' | 'open' | 'half-open'): void => {
    tally.circuit(state);
  };
  const transport = countingBytes(createNodeTransport({ url }), onBytes);
  const pack = createPack({ gzip: nodeGzip });
  const otlp = createOtlpExporter({ url, transport, pack, timeoutMillis, clock });
  const circuit = circuitBreaking(otlp, { failures: 3, openMillis: 20, clock, onState });
  const wait = { initialMillis: 20, maxMillis: 100, maxElapsedMillis: 30_000 };
  return counted(retrying(circuit, { ...wait, random: Math.random, clock, onRetry }), tally, clock);
};

const batch = batchOfSpans(
  [1, 2, 3].map((number) => ({
    traceId: traceIdOf(1),
    spanId: spanIdOf(number),
    ...(number === 1 ? {} : { parentSpanId: spanIdOf(1) }),
  })),
);

const expectSettled = (ledger: Ledger, acknowledgedSpans: number): void => {
  const counts = ledger.snapshot().exporters.otlp;
  expect(counts).toMatchObject({ inFlightSpans: 0, acknowledgedSpans, rejectedSpans: {}, droppedSpans: {} });
};

it('brings spans to the collector, once, whatever befell on the way', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'noveum-sdk-test-'));
  const first = await startCollector({ dataDir });
  const ledger = createLedger();
  const exporter = stackTo(`${first.http}/v1/traces`, ledger);
  expect(await exporter.export(batch, never)).toEqual({ status: 'delivered' });
  await first.kill();
  // The same spans again: they are sent while nobody listens, and taken by the collector that comes back.
  const waiting = exporter.export(batch, never);
  const more = exporter.export(batchOfSpans([{ traceId: traceIdOf(2), spanId: spanIdOf(9) }]), never);
  const second = await startCollector({ dataDir, port: first.port });
  try {
    expect([await waiting, await more]).toEqual([{ status: 'delivered' }, { status: 'delivered' }]);
    expect(await second.trace(traceIdOf(1), 3)).toMatchObject({ span_count: 3, services: ['shop'] });
    expect(await second.trace(traceIdOf(2), 1)).toMatchObject({ span_count: 1 });
    expectSettled(ledger, 7);
    expect(ledger.snapshot().exporters.otlp?.retries).toBeGreaterThan(0);
  } finally {
    await exporter.close();
    await second.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

it.each([
  ['answers 503 for a while', answering(503)],
  ['is a storm of 429s', answering(429, { 'retry-after': '0' })],
  ['cuts connections before it answers', resetting],
  ['does not answer', silent],
])('delivers in the end where the backend %s', async (_what, fault) => {
  const server = await startAnsweringServer(fault, fault, fault, fault, fault, answering(200));
  const ledger = createLedger();
  const exporter = stackTo(server.url, ledger, 100);
  expect(await exporter.export(batch, never)).toEqual({ status: 'delivered' });
  expectSettled(ledger, 3);
  expect(ledger.snapshot().exporters.otlp).toMatchObject({ circuit: 'closed' });
  expect(ledger.snapshot().exporters.otlp?.bytes).toBe(server.received.reduce((sum, { body }) => sum + body.length, 0));
  await exporter.close();
  await server.close();
});

it('gives a batch up at the signal, with a count, where the name of the backend is gone', async () => {
  const ledger = createLedger();
  const exporter = stackTo('http://collector.invalid/v1/traces', ledger);
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
  }, 200);
  expect((await exporter.export(batch, controller.signal)).status).toBe('retry');
  const counts = ledger.snapshot().exporters.otlp;
  expect(counts?.inFlightSpans).toBe(0);
  expect(Object.values(counts?.droppedSpans ?? {})).toEqual([3]);
  await exporter.close();
});
