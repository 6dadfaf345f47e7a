import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';

import { context, propagation, trace } from '@opentelemetry/api';

import { type Exporter, getClient, init, type LedgerSnapshot, observe } from '../../src/index.js';
import { expectToAddUp } from '../support/adding-up.js';
import { answering, type AnsweringServer, silent, startAnsweringServer } from '../support/answering-server.js';

const ROOT = join(__dirname, '../../..');
const run = promisify(execFile);
const OK = answering(200, { 'content-type': 'application/json' }, '{}');
const servers: AnsweringServer[] = [];
const failures: unknown[] = [];
const note = (error: unknown): void => void failures.push(error);

const serve = async (...answers: Parameters<typeof startAnsweringServer>): Promise<string> => {
  const server = await startAnsweringServer(...answers);
  servers.push(server);
  return `http://127.0.0.1:${server.port}`;
};

const makeSpans = (count: number): void => {
  for (let at = 0; at < count; at++) trace.getTracer('t').startSpan('step').end();
};

beforeAll(() => {
  process.on('uncaughtException', note).on('unhandledRejection', note);
});
afterAll(() => {
  process.off('uncaughtException', note).off('unhandledRejection', note);
});
afterEach(async () => {
  await getClient()?.shutdown(100);
  for (const api of [trace, context, propagation]) api.disable();
  for (const server of servers.splice(0)) await server.close();
  expect(failures.splice(0)).toEqual([]);
});

test('a thread that is killed, twice: what it had is counted as lost, the next one goes on, then the host’s thread', async () => {
  const workers: Worker[] = [];
  const started = (message: unknown): void => void workers.push((message as { readonly worker: Worker }).worker);
  subscribe('worker_threads', started);
  try {
    const endpoint = await serve(OK);
    const told: string[] = [];
    const client = init({ endpoint, exporters: ['otlp'], onError: (_error, where) => void told.push(where) });
    for (const threads of [1, 2]) {
      makeSpans(50);
      await client.flush(30_000);
      expect(workers).toHaveLength(threads);
      makeSpans(50);
      const flushed = client.flush(30_000);
      await workers.at(-1)?.terminate();
      await flushed;
      expectToAddUp(client.getStats(), threads * 100);
    }
    makeSpans(50);
    expect(await client.flush(30_000)).toBe(true);
    await client.shutdown();
    const stats = client.getStats();
    expectToAddUp(stats, 250);
    expect(stats.queuedSpans).toBe(0);
    expect(stats.exporters['otlp']?.acknowledgedSpans).toBeGreaterThanOrEqual(150);
    expect(told).toContain('thread');
  } finally {
    unsubscribe('worker_threads', started);
  }
});

test.each([-400 * 86_400_000, 400 * 86_400_000])('a clock that jumps by %i ms puts nothing off', async (jump) => {
  const endpoint = await serve(answering(503), OK);
  const client = init({ endpoint, worker: false, retry: { initialDelayMillis: 20 } });
  const { now } = Date;
  try {
    makeSpans(10);
    const span = trace.getTracer('t').startSpan('over the jump');
    Date.now = () => now() + jump;
    span.end();
    makeSpans(10);
    expect(await client.flush(30_000)).toBe(true);
  } finally {
    Date.now = now;
  }
  expectToAddUp(client.getStats(), 21);
  expect(client.getStats().exporters['noveum']).toMatchObject({ acknowledgedSpans: 21 });
});

const exporterThat = (name: string, does: () => Promise<never>): Exporter => ({ name, export: does, close: does });

test('exporters that throw, reject, or never end: the others get everything, and a shutdown ends', async () => {
  const endpoint = await serve(OK);
  const told: string[] = [];
  const client = init({
    exporters: [
      exporterThat('throwing', () => {
        throw new Error('thrown');
      }),
      exporterThat('rejecting', () => Promise.reject(new Error('rejected'))),
      exporterThat('endless', () => new Promise<never>(() => undefined)),
      { type: 'noveum', endpoint },
    ],
    onError: (error, where) => {
      told.push(`${where}: ${error.message}`);
      throw new Error('the reporter fails, too');
    },
  });
  makeSpans(10);
  expect(await client.flush(1_000)).toBe(false);
  expectToAddUp(client.getStats(), 10);
  await client.shutdown(200);
  const stats = client.getStats();
  expectToAddUp(stats, 10);
  expect(stats.exporters).toMatchObject({
    throwing: { rejectedSpans: { exporter_threw: 10 } },
    rejecting: { rejectedSpans: { exporter_threw: 10 } },
    endless: { droppedSpans: { aborted: 10 }, inFlightSpans: 0 },
    noveum: { acknowledgedSpans: 10 },
  });
  expect(told.join()).toMatch(/throwing: .*thrown.*rejecting: .*rejected/);
});

test('callbacks that throw are told, and the host’s function does as before', async () => {
  const endpoint = await serve(OK);
  const told: string[] = [];
  const client = init({ endpoint, captureContent: true, onError: (_error, where) => void told.push(where) });
  const broken = (): never => {
    throw new Error('theirs');
  };
  const add = observe((a: number, b: number) => a + b, { captureInput: broken, captureOutput: broken });
  expect(add(1, 2)).toBe(3);
  expect(await client.flush(30_000)).toBe(true);
  expectToAddUp(client.getStats(), 1);
  expect(told.length).toBeGreaterThan(0);
});

/** An application of its own; it prints its ledger at the end. */
const application = async (
  code: string,
  environment: NodeJS.ProcessEnv,
  shell = '',
): Promise<{ stdout: string; stderr: string }> => {
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const command = `${shell} exec "$0" --input-type=module --eval "$1"`;
  return run('bash', ['-c', command, process.execPath, code], {
    cwd: join(ROOT, 'sdk'),
    env: { ...own, NOVEUM_LOG_LEVEL: 'warn', ...environment },
  });
};

const MAKES_SPANS = `
  import { init, span } from 'noveum-trace';
  const client = init();
  for (let at = 0; at < 40; at++) span('step', { attributes: { text: 'x'.repeat(1000) } }, () => undefined);`;

test.each(['true', 'false'])('a disk that takes no more, thread %s: what finds no room is counted', async (worker) => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-full-'));
  const code = `${MAKES_SPANS}
    await client.flush(2000);
    // Of a thread nothing is known until it has told of itself.
    const isDone = () => client.getStats().exporters.otlp?.inFlightSpans === 0;
    for (let left = 300; left > 0 && !isDone(); left--) await client.flush(100);
    await client.shutdown(1000);
    console.log(JSON.stringify(client.getStats()));`;
  const environment = {
    NOVEUM_ENDPOINT: 'http://127.0.0.1:9',
    NOVEUM_EXPORTERS: 'otlp',
    NOVEUM_SPOOL_DIRECTORY: directory,
    NOVEUM_RETRY_MAX_ATTEMPTS: '1',
    NOVEUM_WORKER: worker,
  };
  // No file of this process grows beyond 4 KiB: what a full disk does, without one.
  const { stdout } = await application(code, environment, 'ulimit -f 4;');
  await rm(directory, { recursive: true });
  const stats = JSON.parse(stdout) as LedgerSnapshot;
  expectToAddUp(stats, 40);
  expect(stats.exporters['otlp']).toMatchObject({
    droppedSpans: { spool_full: 40 },
    spooledSpans: 0,
    inFlightSpans: 0,
  });
});

test.each(['true', 'false'])(
  'a process that ends with its backend down says what is lost, thread %s',
  async (worker) => {
    const endpoint = await serve(silent);
    const environment = { NOVEUM_ENDPOINT: endpoint, NOVEUM_EXPORTERS: 'otlp', NOVEUM_WORKER: worker };
    const { stderr } = await application(MAKES_SPANS, environment);
    expect(stderr).toMatch(/the process ends, and 40 spans were not (delivered by otlp|processed)/);
  },
);
