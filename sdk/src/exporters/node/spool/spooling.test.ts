import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { batchOf } from '../../../../test/support/batches.js';
import { createLeapingClock } from '../../../../test/support/leaping-clock.js';
import { createLedger } from '../../../ledger/index.js';
import type { ExportBatch, Exporter, ExportOutcome } from '../../index.js';
import { nodeSpoolFiles, spooling, type SpoolFiles, type SpoolOptions, type SpoolProcess } from '../index.js';

const never = new AbortController().signal;
const AWAY: ExportOutcome = { status: 'retry', reason: 'ECONNREFUSED' };

let directory = '';
const open: Exporter[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-spool-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((exporter) => exporter.close()));
  await rm(directory, { recursive: true, force: true });
});

/** A backend that is there or not, and the batches that it took, by their number of spans. */
const createBackend = () => {
  const taken: number[] = [];
  let outcome: ExportOutcome = { status: 'delivered' };
  return {
    taken,
    tell: (told: ExportOutcome) => void (outcome = told),
    exporter: {
      name: 'backend',
      export: (batch: ExportBatch, signal: AbortSignal): Promise<ExportOutcome> => {
        if (signal.aborted) return Promise.resolve({ status: 'retry', reason: 'aborted' });
        // The bytes are those of this very batch.
        expect(new Set(batch.request)).toEqual(new Set([batch.spanCount]));
        if (outcome.status !== 'retry') taken.push(batch.spanCount);
        return Promise.resolve(outcome);
      },
      close: () => Promise.resolve(),
    } satisfies Exporter,
  };
};

const clock = createLeapingClock();

const processOf = (pid: number, running: readonly number[]): SpoolProcess => ({
  host: 'host/1',
  pid,
  token: `t${String(pid)}`,
  isRunning: (other) => running.includes(other),
});

const start = (exporter: Exporter, pid: number, options: Partial<SpoolOptions> = {}) => {
  const ledger = createLedger();
  const errors: unknown[] = [];
  const spool = spooling(exporter, {
    directory,
    files: nodeSpoolFiles,
    process: processOf(pid, []),
    clock,
    tally: ledger.exporter('backend'),
    onError: (error) => errors.push(error),
    ...options,
  });
  open.push(spool);
  return { spool, errors, counts: () => ledger.snapshot().exporters.backend };
};

const until = async (isSo: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 20_000 && !isSo(); turn++) await new Promise(setImmediate);
  expect(isSo()).toBe(true);
};

const filesUnder = async (path: string): Promise<string[]> =>
  (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

it('leaves the disk alone while the backend takes what comes', async () => {
  const backend = createBackend();
  const { spool, counts } = start(backend.exporter, 1);
  expect(await spool.export(batchOf(3), never)).toEqual({ status: 'delivered' });
  expect(counts()).toMatchObject({ sentSpans: 3, acknowledgedSpans: 3, spooledSpans: 0, inFlightSpans: 0 });
  expect(await readdir(directory)).toEqual([]);
});

it('keeps batches while the backend is away, readable for their owner alone, and sends them in order when it is back', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const { spool, counts } = start(backend.exporter, 1);
  for (const spans of [1, 2, 3]) expect(await spool.export(batchOf(spans), never)).toEqual({ status: 'delivered' });
  expect(counts()).toMatchObject({ sentSpans: 6, acknowledgedSpans: 0, droppedSpans: {} });
  const files = await filesUnder(directory);
  expect(files).toHaveLength(3);
  for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(files[0] ?? '', '..'))).mode & 0o777).toBe(0o700);
  backend.tell({ status: 'delivered' });
  // Comes while others wait: it goes behind them.
  await spool.export(batchOf(4), never);
  await until(() => counts()?.acknowledgedSpans === 10);
  expect(backend.taken).toEqual([1, 2, 3, 4]);
  await until(() => counts()?.spooledSpans === 0);
  await spool.close();
  expect(await readdir(directory)).toEqual([]);
});

it('counts what the backend rejects when it is back', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const { spool, counts } = start(backend.exporter, 1);
  await spool.export(batchOf(5), never);
  backend.tell({ status: 'rejected', rejectedSpans: 2, reason: 'partial_success' });
  await until(() => counts()?.acknowledgedSpans === 3);
  expect(counts()).toMatchObject({ rejectedSpans: { partial_success: 2 }, spooledSpans: 0, inFlightSpans: 0 });
});

it('sends after a restart what was kept before', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const first = start(backend.exporter, 1);
  for (const spans of [1, 2]) await first.spool.export(batchOf(spans), never);
  await first.spool.close();
  expect(first.counts()).toMatchObject({ spooledSpans: 3, inFlightSpans: 0, droppedSpans: {} });
  backend.tell({ status: 'delivered' });
  const second = start(backend.exporter, 2);
  await until(() => second.counts()?.acknowledgedSpans === 3);
  expect(backend.taken).toEqual([1, 2]);
  expect(second.counts()).toMatchObject({ sentSpans: 3, recoveredSpans: 3, spooledSpans: 0, inFlightSpans: 0 });
});

it('spools what is aborted, so that it is sent after a restart', async () => {
  const backend = createBackend();
  const first = start(backend.exporter, 1);
  expect(await first.spool.export(batchOf(2), AbortSignal.abort())).toEqual({ status: 'delivered' });
  await first.spool.close();
  const second = start(backend.exporter, 2);
  await until(() => backend.taken.length === 1);
  expect(second.counts()?.recoveredSpans).toBe(2);
});

/** What a process leaves that is killed in the middle of a write, with batches of so many spans. */
const leaveBehind = async (pid: number, ...sizes: readonly number[]): Promise<void> => {
  const away = createBackend();
  away.tell(AWAY);
  const elsewhere = await mkdtemp(join(tmpdir(), 'noveum-spool-'));
  const dead = start(away.exporter, pid, { directory: elsewhere });
  for (const spans of sizes) await dead.spool.export(batchOf(spans), never);
  const [folder = ''] = await readdir(elsewhere);
  await cp(join(elsewhere, folder), join(directory, folder), { recursive: true });
  await writeFile(join(directory, folder, 'x.batch.tmp'), 'half of a wri');
  await dead.spool.close();
  await rm(elsewhere, { recursive: true });
};

it('takes over what killed processes have left, each batch once, and leaves the living alone', async () => {
  // Nobody seems silent to them.
  const still = { ...clock, monotonicMillis: () => 0 };
  const away = createBackend();
  away.tell(AWAY);
  const alive = start(away.exporter, 1, { clock: still, process: processOf(1, [2, 3, 4, 5, 6]) });
  await alive.spool.export(batchOf(50), never);
  await leaveBehind(2, 2, 12);
  await leaveBehind(3, 3, 13);
  const backend = createBackend();
  const heirs = [4, 5, 6].map((pid) =>
    start(backend.exporter, pid, { clock: still, process: processOf(pid, [1, 4, 5, 6]) }),
  );
  await until(() => backend.taken.length >= 4);
  for (const heir of heirs) await heir.spool.close();
  expect([...backend.taken].sort((a, b) => a - b)).toEqual([2, 3, 12, 13]);
  expect(heirs.reduce((sum, heir) => sum + (heir.counts()?.acknowledgedSpans ?? 0), 0)).toBe(30);
  const counts = alive.counts();
  expect((counts?.spooledSpans ?? 0) + (counts?.inFlightSpans ?? 0)).toBe(50);
  expect((await filesUnder(directory)).map((path) => path.includes('_1_'))).toEqual([true]);
});

it('takes over what a process of its own number has left, as in a container, once that has been silent', async () => {
  await leaveBehind(7, 1, 2);
  const backend = createBackend();
  const before = clock.monotonicMillis();
  const other = { ...processOf(7, [7]), token: 'another' };
  const { counts } = start(backend.exporter, 7, { process: other });
  await until(() => counts()?.acknowledgedSpans === 3);
  expect(clock.monotonicMillis() - before).toBeGreaterThanOrEqual(120_000);
});

it('lays a file aside that is not what was written, with a count, and goes on', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const first = start(backend.exporter, 1);
  for (const spans of [1, 2, 3]) await first.spool.export(batchOf(spans), never);
  await first.spool.close();
  const [one = '', two = ''] = (await filesUnder(directory)).sort();
  const bytes = await readFile(one);
  bytes[bytes.length - 1] = 99;
  await writeFile(one, bytes);
  await writeFile(two, 'NVS');
  backend.tell({ status: 'delivered' });
  const second = start(backend.exporter, 2);
  await until(() => backend.taken.length === 1);
  await second.spool.close();
  expect(backend.taken).toEqual([3]);
  expect(second.counts()).toMatchObject({
    recoveredSpans: 6,
    acknowledgedSpans: 3,
    droppedSpans: { spool_corrupt: 3 },
  });
  expect((await filesUnder(directory)).filter((path) => path.endsWith('.corrupt'))).toHaveLength(2);
});

it('drops the oldest for what finds no room, with a count', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const { spool, counts } = start(backend.exporter, 1, { maxBytes: 3 * (100 + 8) });
  for (const spans of [1, 2, 3, 4, 5]) await spool.export(batchOf(spans, 100), never);
  expect(await spool.export(batchOf(6, 1000), never)).toMatchObject({ status: 'rejected', reason: 'spool_full' });
  backend.tell({ status: 'delivered' });
  await until(() => counts()?.spooledSpans === 0 && counts()?.inFlightSpans === 0);
  // The first may have been on its way when room was made.
  const gone = [1, 2, 3].filter((spans) => !backend.taken.includes(spans));
  expect(gone).toHaveLength(2);
  expect(backend.taken.slice(-2)).toEqual([4, 5]);
  expect(counts()).toMatchObject({ droppedSpans: { spool_full: 6 + gone.reduce((a, b) => a + b) }, sentSpans: 21 });
});

/** Where the kernel says that there is no space left. */
const fullDisk: SpoolFiles = { ...nodeSpoolFiles, write: (_path, bytes) => nodeSpoolFiles.write('/dev/full', bytes) };

it('drops what a full disk does not take, with a count', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const { spool, counts, errors } = start(backend.exporter, 1, { files: fullDisk });
  expect(await spool.export(batchOf(3), never)).toMatchObject({ status: 'rejected', reason: 'spool_full' });
  expect(errors).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
  expect(counts()).toMatchObject({ droppedSpans: { spool_full: 3 }, spooledSpans: 0, inFlightSpans: 0 });
  backend.tell({ status: 'delivered' });
  expect(await spool.export(batchOf(2), never)).toEqual({ status: 'delivered' });
  expect(backend.taken).toEqual([2]);
});

it('drops what has waited for too long, with a count', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const { spool, counts } = start(backend.exporter, 1, { maxAgeMillis: 60_000 });
  await spool.export(batchOf(3), never);
  await until(() => counts()?.spooledSpans === 0);
  expect(counts()).toMatchObject({ droppedSpans: { spool_expired: 3 }, inFlightSpans: 0 });
});

it('makes its folder anew where somebody has removed it, and says what was in it', async () => {
  const backend = createBackend();
  backend.tell(AWAY);
  const { spool, counts } = start(backend.exporter, 1);
  await spool.export(batchOf(1), never);
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true });
  expect(await spool.export(batchOf(2), never)).toEqual({ status: 'delivered' });
  backend.tell({ status: 'delivered' });
  await until(() => counts()?.acknowledgedSpans === 2);
  await until(() => counts()?.spooledSpans === 0);
  expect(counts()).toMatchObject({ droppedSpans: { spool_missing: 1 }, inFlightSpans: 0 });
});
