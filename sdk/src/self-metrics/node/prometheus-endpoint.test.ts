import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { context, propagation, trace } from '@opentelemetry/api';

import { answering, type AnsweringServer, startAnsweringServer } from '../../../test/support/answering-server.js';
import { getClient, init } from '../../index.js';

let backend: AnsweringServer;
const taken: Server[] = [];

const listening = async (): Promise<{ readonly server: Server; readonly port: number }> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
};

const freePort = async (): Promise<number> => {
  const { server, port } = await listening();
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Asked again until it listens. */
const scrape = async (url: string, init?: RequestInit): Promise<Response> => {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(url, init).catch((error: unknown) => error);
    if (answer instanceof Response) return answer;
    if (tries > 100) throw answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

beforeEach(async () => {
  backend = await startAnsweringServer(answering(200));
});

afterEach(async () => {
  await getClient()?.shutdown(1_000);
  for (const api of [trace, context, propagation]) api.disable();
  await backend.close();
  for (const server of taken.splice(0)) server.close();
});

const endpointOf = (): string => new URL(backend.url).origin;

test('a scraper gets the metrics, in the text format that Prometheus reads', async () => {
  const port = await freePort();
  const client = init({ endpoint: endpointOf(), prometheus: { port }, logLevel: 'warn', worker: false });
  for (let at = 0; at < 5; at++) trace.getTracer('t').startSpan('step').end();
  await client.flush();
  const answer = await scrape(`http://127.0.0.1:${port}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await answer.text();
  expect(text).toContain('# TYPE otel_sdk_span_started_total counter\n');
  expect(text).toContain('otel_sdk_span_started_total{otel_span_sampling_result="RECORD_AND_SAMPLE"} 5\n');
  expect(text).toContain('# TYPE otel_sdk_span_live gauge\notel_sdk_span_live 0\n');
  expect(text).toContain(
    'otel_sdk_exporter_span_exported_total{otel_component_type="noveum_span_exporter",otel_component_name="noveum_span_exporter/0"} 5\n',
  );
  expect(text).toMatch(/^noveum_sdk_processor_queue_capacity_bytes\{.*\} 67108864$/m);
  // Every line is a comment or a sample, every family is declared once.
  const lines = text.trimEnd().split('\n');
  for (const line of lines) expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? \d+)$/);
  const types = lines.filter((line) => line.startsWith('# TYPE'));
  expect(new Set(types).size).toBe(types.length);
});

test('anything else is not found or not allowed', async () => {
  const port = await freePort();
  init({ endpoint: endpointOf(), prometheus: { port }, logLevel: 'warn' });
  expect((await scrape(`http://127.0.0.1:${port}/`)).status).toBe(404);
  expect((await scrape(`http://127.0.0.1:${port}/metrics`, { method: 'POST', body: 'x' })).status).toBe(405);
  expect((await scrape(`http://127.0.0.1:${port}/metrics?name=a`)).status).toBe(200);
});

test('a port that is taken is told of, and spans go on', async () => {
  const { server, port } = await listening();
  taken.push(server);
  const told = new Promise<string>((resolve) => {
    init({
      endpoint: endpointOf(),
      prometheus: { port },
      logLevel: 'none',
      worker: false,
      onError: (error, where) => resolve(`${where}: ${error.message}`),
    });
  });
  expect(await told).toMatch(/^prometheus: .*EADDRINUSE/);
  trace.getTracer('t').startSpan('step').end();
  expect(await getClient()?.flush()).toBe(true);
  expect(getClient()?.getStats().exporters['noveum']?.acknowledgedSpans).toBe(1);
});

test('ends at the shutdown, also where that comes at once', async () => {
  const port = await freePort();
  await init({ endpoint: endpointOf(), prometheus: { port }, logLevel: 'none' }).shutdown();
  const client = init({ endpoint: endpointOf(), prometheus: { port }, logLevel: 'none' });
  await scrape(`http://127.0.0.1:${port}/metrics`);
  await client.shutdown();
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow();
});

test('keeps no process alive', () => {
  const code = `require(${JSON.stringify(join(process.cwd(), 'sdk/dist/cjs/bundle/index.js'))}).init({ prometheus: { port: 0 } })`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', code], { timeout: 30_000, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('no metrics')]);
});
