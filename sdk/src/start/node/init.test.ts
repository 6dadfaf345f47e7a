import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { context, propagation, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

import { type Exporter, getClient, init, type NoveumOptions } from '../../index.js';
import { currentRuntime } from '../../runtime/index.js';

const servers: Server[] = [];

/** Answers every request with the next of the statuses, the last of them for ever. */
const startBackend = async (...statuses: number[]) => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      paths.push(request.url ?? '');
      response.writeHead((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200).end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
};

const startWith = (options: NoveumOptions) => init({ project: 'shop', exporters: ['otlp'], ...options });

const makeSpans = (count: number): void => {
  for (let at = 0; at < count; at++) trace.getTracer('t').startSpan('step', { attributes: { at } }).end();
};

afterEach(async () => {
  await getClient()?.shutdown(1_000);
  for (const api of [trace, context, propagation]) api.disable();
  for (const server of servers.splice(0)) server.close();
});

test('spans of the API arrive by way of the thread, and the numbers add up', async () => {
  const { endpoint, paths } = await startBackend(200);
  const client = startWith({ endpoint });
  makeSpans(1_000);
  expect(await client.flush()).toBe(true);
  expect(client.getStats()).toMatchObject({
    createdSpans: 1_000,
    queuedSpans: 0,
    droppedSpans: {},
    exporters: { otlp: { sentSpans: 1_000, acknowledgedSpans: 1_000, inFlightSpans: 0 } },
  });
  expect(client.health()).toEqual({ status: 'healthy', reasons: [] });
  expect(new Set(paths)).toEqual(new Set(['/v1/traces']));
});

test('without a thread the same comes out', async () => {
  const { endpoint } = await startBackend(200);
  const client = startWith({ endpoint, worker: false });
  makeSpans(100);
  expect(await client.flush()).toBe(true);
  expect(client.getStats()).toMatchObject({ createdSpans: 100, exporters: { otlp: { acknowledgedSpans: 100 } } });
});

test('what a backend refuses is counted and makes the health degraded', async () => {
  const { endpoint } = await startBackend(400);
  const client = startWith({ endpoint });
  makeSpans(3);
  expect(await client.flush()).toBe(true);
  const { rejectedSpans, acknowledgedSpans } = client.getStats().exporters['otlp'] ?? {};
  expect(Object.values(rejectedSpans ?? {})).toEqual([3]);
  expect(acknowledgedSpans).toBe(0);
  expect(client.health().status).toBe('degraded');
});

test('a backend that comes to its senses gets everything', async () => {
  const { endpoint } = await startBackend(503, 503, 200);
  const client = startWith({ endpoint, retry: { initialDelayMillis: 1 } });
  makeSpans(10);
  expect(await client.flush()).toBe(true);
  expect(client.getStats().exporters['otlp']).toMatchObject({ acknowledgedSpans: 10, retries: 2 });
});

test('flushing to a backend that is not there ends when the time is up, shutting down counts what is lost', async () => {
  const client = startWith({ endpoint: 'http://127.0.0.1:9', worker: false });
  makeSpans(5);
  expect(await client.flush(50)).toBe(false);
  await client.shutdown(50);
  const { droppedSpans, inFlightSpans } = client.getStats().exporters['otlp'] ?? {};
  expect(Object.values(droppedSpans ?? {})).toEqual([5]);
  expect(inFlightSpans).toBe(0);
});

test("an application's own exporter that throws harms nobody, and its error is told", async () => {
  const told: string[] = [];
  const exporter: Exporter = {
    name: 'theirs',
    export: () => Promise.reject(new Error('theirs is broken')),
    close: () => Promise.resolve(),
  };
  const client = startWith({
    exporters: [exporter],
    onError: (error, where) => void told.push(`${where}: ${error.message}`),
  });
  makeSpans(2);
  await client.flush();
  expect(client.getStats().exporters['theirs']).toMatchObject({ rejectedSpans: { exporter_threw: 2 } });
  expect(told.join()).toContain('theirs is broken');
});

test('a provider that is there already is joined, and stays after the shutdown', async () => {
  const theirs = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(theirs)] }));
  const { endpoint } = await startBackend(200);
  const client = startWith({ endpoint });
  makeSpans(4);
  await client.shutdown();
  makeSpans(1);
  expect(client.getStats().exporters['otlp']).toMatchObject({ acknowledgedSpans: 4 });
  expect(theirs.getFinishedSpans()).toHaveLength(5);
});

test('a second start gives the first client; after a shutdown there is none', async () => {
  const client = startWith({});
  expect(startWith({ project: 'other' })).toBe(client);
  expect(currentRuntime()).toBeDefined();
  await client.shutdown();
  expect([getClient(), currentRuntime()]).toEqual([undefined, undefined]);
});

test('wrong options are named all at once', () => {
  expect(() => init({ batch: { maxSpans: -1 }, sampling: { ratio: 2 } })).toThrow(
    /batch\.maxSpans .*\n?.*sampling\.ratio|sampling\.ratio[^]*batch\.maxSpans/,
  );
  expect(getClient()).toBeUndefined();
});

test('a file and a stock exporter get what they are due, each counted', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-file-'));
  const path = join(directory, 'spans.jsonl');
  const memory = new InMemorySpanExporter();
  const client = startWith({ exporters: [{ type: 'file', path, format: 'otlp' }, memory] });
  makeSpans(3);
  expect(await client.flush()).toBe(true);
  expect(memory.getFinishedSpans().map(({ name }) => name)).toEqual(['step', 'step', 'step']);
  expect(readFileSync(path, 'utf8').match(/"spanId"/g)).toHaveLength(3);
  expect(client.getStats().exporters).toMatchObject({
    file: { acknowledgedSpans: 3 },
    stock: { acknowledgedSpans: 3 },
  });
  await client.shutdown();
  rmSync(directory, { recursive: true });
});

test('an exporter that is not to be had is refused by name', () => {
  const exporter = { type: 'otlp', protocol: 'http/protobuf', implementation: 'stock' } as const;
  expect(() => init({ exporters: [exporter] })).toThrow(/exporters\[0\]/);
  expect(getClient()).toBeUndefined();
});

test('in immediate mode a span is on its way when its end returns', async () => {
  const memory = new InMemorySpanExporter();
  const client = startWith({ exporters: [memory], immediate: true, batch: { scheduledDelayMillis: 60_000 } });
  makeSpans(1);
  for (let turns = 0; turns < 400 && memory.getFinishedSpans().length === 0; turns++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(memory.getFinishedSpans()).toHaveLength(1);
  await client.shutdown();
});

test('two exporters of one type spool into folders of their own', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-spools-'));
  const exporter = { type: 'otlp', endpoint: 'http://127.0.0.1:9' } as const;
  const client = startWith({ exporters: [exporter, exporter], spool: { directory }, retry: { maxAttempts: 1 } });
  makeSpans(1);
  await client.flush();
  await client.shutdown();
  expect(readdirSync(directory).sort()).toEqual(['otlp', 'otlp-2']);
  rmSync(directory, { recursive: true });
});

test('over the queue in bytes spans are dropped with a count, and the host goes on', async () => {
  const client = startWith({ endpoint: 'http://127.0.0.1:9', worker: false, batch: { maxQueueBytes: 1_048_576 } });
  makeSpans(30_000);
  const { createdSpans, droppedSpans } = client.getStats();
  expect(createdSpans).toBe(30_000);
  expect(droppedSpans['queue_full']).toBeGreaterThan(0);
  await client.shutdown(10);
  const { queuedSpans, exporters } = client.getStats();
  const lost = Object.values(exporters['otlp']?.droppedSpans ?? {}).reduce((sum, each) => sum + each, 0);
  expect(queuedSpans).toBe(0);
  expect(lost + (droppedSpans['queue_full'] ?? 0)).toBe(30_000);
});

test('with a spool, what a process could not deliver is delivered by the next', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-spool-'));
  const retry = { maxAttempts: 1 };
  const first = startWith({ endpoint: 'http://127.0.0.1:9', spool: { directory }, retry });
  makeSpans(7);
  await first.flush();
  await first.shutdown();
  expect(first.getStats().exporters['otlp']).toMatchObject({ spooledSpans: 7, droppedSpans: {} });
  trace.disable();
  const { endpoint } = await startBackend(200);
  const second = startWith({ endpoint, spool: { directory }, retry });
  makeSpans(1);
  await second.flush();
  for (let turns = 0; turns < 200 && (second.getStats().exporters['otlp']?.acknowledgedSpans ?? 0) < 8; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 25));
    await second.flush();
  }
  expect(second.getStats().exporters['otlp']).toMatchObject({
    acknowledgedSpans: 8,
    recoveredSpans: 7,
    spooledSpans: 0,
  });
  rmSync(directory, { recursive: true });
});
