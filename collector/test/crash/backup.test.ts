import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { connectAdmin } from '../../src/admin/index.js';
import { dataPathsOf } from '../../src/config/index.js';
import { cleanEnvironment, type CollectorProcess, startCollectorProcess } from '../support/collector-process.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SENDERS = 4;
const BACKUPS = 3;
const TRACES_BEFORE_EACH = 60;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-backup-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const traceIdOf = (number: number): string => number.toString(16).padStart(32, '0');

const bodyOf = (number: number): string => {
  const span = (at: number) => ({
    span_id: `${String(number)}-${String(at)}`,
    trace_id: traceIdOf(number),
    parent_span_id: at === 0 ? null : `${String(number)}-0`,
    name: 'step',
    // Some days apart, so that a backup has more than one index to copy.
    start_time: `2026-11-${String(10 + (number % 5))}T12:00:00Z`,
    end_time: `2026-11-${String(10 + (number % 5))}T12:00:01Z`,
    attributes: { text: String(number).repeat(2000) },
  });
  const { start_time } = span(0);
  return JSON.stringify({ trace_id: traceIdOf(number), name: 'run', start_time, spans: [span(0), span(1), span(2)] });
};

/** Sends one trace after the other until it is stopped. */
const startLoad = (http: string) => {
  const acknowledged: number[] = [];
  const heard = new Set<() => void>();
  let next = 1;
  let isStopped = false;
  const send = async (): Promise<void> => {
    while (!isStopped) {
      const number = next++;
      const body = bodyOf(number);
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${http}/v1/trace`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      if (response.ok) acknowledged.push(number);
      for (const listener of heard) listener();
    }
  };
  const senders = Array.from({ length: SENDERS }, send);
  return {
    acknowledged,
    reach: (count: number): Promise<void> =>
      new Promise((resolve) => {
        const listener = (): void => {
          if (acknowledged.length < count) return;
          heard.delete(listener);
          resolve();
        };
        heard.add(listener);
      }),
    async stop() {
      isStopped = true;
      await Promise.all(senders);
    },
  };
};

const missingIn = async ({ http }: CollectorProcess, numbers: readonly number[]): Promise<number[]> => {
  const missing: number[] = [];
  for (const number of numbers) {
    const response = await fetch(`${http}/v1/traces/${traceIdOf(number)}`);
    const text = await response.text();
    const { trace } = (response.ok ? JSON.parse(text) : {}) as {
      readonly trace?: { readonly spans: readonly unknown[] };
    };
    if (trace?.spans.length !== 3) missing.push(number);
  }
  return missing;
};

test('a backup under load has all that was acknowledged before it began', async () => {
  const collector = await startCollectorProcess({ dataDir: join(directory, 'data') });
  const load = startLoad(collector.http);
  const backups: { readonly target: string; readonly before: readonly number[] }[] = [];
  try {
    for (let backup = 1; backup <= BACKUPS; backup++) {
      await load.reach(TRACES_BEFORE_EACH * backup);
      const target = join(directory, `backup-${String(backup)}`);
      const admin = await connectAdmin(dataPathsOf(collector.dataDir).adminSocket);
      if (admin === null) throw new Error('the collector does not answer');
      backups.push({ target, before: [...load.acknowledged] });
      await admin.backup(target, () => undefined);
    }
  } finally {
    await load.stop();
    await collector.stop();
  }
  for (const { target, before } of backups) {
    const dataDir = `${target}-restored`;
    await promisify(execFile)(process.execPath, [MAIN, 'restore', target, '--data-dir', dataDir], {
      env: cleanEnvironment({}),
    });
    const restored = await startCollectorProcess({ dataDir });
    try {
      expect(await missingIn(restored, before)).toEqual([]);
    } finally {
      await restored.stop();
    }
  }
}, 120_000);
