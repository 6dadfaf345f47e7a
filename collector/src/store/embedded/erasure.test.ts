import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createDiskFiles, type Files } from '../../files/index.js';
import { DAY, NOON, NOON_MILLIS, query, spanIdOf, spanModel, spansArrive, traceIdOf } from '../contract/index.js';
import type { ErasureTarget } from '../trace-store.js';
import { type EmbeddedWriter, type EmbeddedWriterOptions, openEmbeddedReader, openEmbeddedWriter } from './index.js';

const files = createDiskFiles();
const LATER = NOON_MILLIS + 3_600_000;
let directory = '';
let writer: EmbeddedWriter;

const open = async (changes: Partial<EmbeddedWriterOptions> = {}): Promise<EmbeddedWriter> => {
  writer = await openEmbeddedWriter({ files, directory, retention: { days: 0, bytes: 0 }, ...changes });
  return writer;
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-erasure-'));
  await open();
});

afterEach(async () => {
  await writer.close();
  await rm(directory, { recursive: true });
});

const trace = (
  number: number,
  attributes: Readonly<Record<string, string>> = {},
  startUnixNano = NOON + BigInt(number),
) =>
  spanModel({
    traceId: traceIdOf(number),
    spanId: spanIdOf(number),
    startUnixNano,
    endUnixNano: startUnixNano + 5n,
    attributes: { noise: randomBytes(1500).toString('hex'), 'user.id': `user-${String(number)}`, ...attributes },
  });

const numbersFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);

const write = (numbers: readonly number[], attributes?: Readonly<Record<string, string>>) =>
  writer.write(spansArrive(numbers.map((number) => trace(number, attributes))));

const erase = (target: Partial<ErasureTarget>, id = 'e-1', requestedAtMillis = NOON_MILLIS) =>
  writer.erase({ id, requestedAtMillis, target: { project: 'shop', ...target } });

const upkeep = async (nowMillis = LATER): Promise<void> => {
  while (await writer.maintain(nowMillis));
};

const shown = async (): Promise<number[]> => {
  const reader = openEmbeddedReader({ files, directory });
  const { traces } = await reader.find(query({ limit: 1000, sort: { field: 'start_time', direction: 'asc' } }));
  for (const { project, trace_key } of traces) expect((await reader.get(project, trace_key))?.span_count).toBe(1);
  await reader.close();
  return traces.map(({ trace_key }) => Number.parseInt(trace_key.slice(-8), 16));
};

const segments = (): string[] => readdirSync(directory).filter((name) => name.endsWith('.segment'));

const inIndex = (sql: string): readonly Record<string, unknown>[] => {
  const database = new DatabaseSync(join(directory, '2026-11-20.sqlite'), { readOnly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
};

test('a few traces of a large day are overwritten where they lie: the segment stays, and nothing else changes', async () => {
  for (let first = 0; first < 1000; first += 50) await write(numbersFrom(first, 50));
  const [{ block, block_length: length } = { block: 0, block_length: 0 }] = inIndex(
    'SELECT f.* FROM fragment f JOIN trace t ON t.id = f.trace ORDER BY t.start LIMIT 1',
  ) as unknown as { block: number; block_length: number }[];
  await erase({ traceKey: traceIdOf(0) });
  const before = readFileSync(join(directory, '2026-11-20.1.segment')).subarray(block, block + length);
  expect(before.some((byte) => byte !== 0)).toBe(true);
  await upkeep();

  expect(segments()).toEqual(['2026-11-20.1.segment']);
  const after = readFileSync(join(directory, '2026-11-20.1.segment')).subarray(block, block + length);
  expect(after.every((byte) => byte === 0)).toBe(true);
  expect(await shown()).toEqual(numbersFrom(1, 999));
  expect(await writer.erasure('e-1')).toMatchObject({ traces: 1, purgedAtMillis: LATER });
  expect(inIndex('SELECT * FROM dead_block')).toEqual([]);
});

test('where much of a day goes, the rest of it is written anew', async () => {
  for (let first = 0; first < 200; first += 50)
    await write(numbersFrom(first, 50), { 'session.id': `s${String(first % 100)}` });
  expect(await erase({ sessionId: 's0' })).toMatchObject({ traces: 100 });
  await upkeep();
  expect(segments()).toEqual(['2026-11-20.2.segment']);
  expect(await shown()).toHaveLength(100);
});

test('what was erased is in no page of an index, nor in its log', async () => {
  for (let first = 0; first < 600; first += 20) await write(numbersFrom(first, 20));
  for (let number = 0; number < 600; number += 7) await erase({ traceKey: traceIdOf(number) }, `e-${String(number)}`);
  await upkeep();
  const bytes = Buffer.concat(
    readdirSync(directory)
      .filter((name) => /sqlite(-wal)?$/.test(name))
      .map((name) => readFileSync(join(directory, name))),
  );
  for (let number = 0; number < 600; number++) {
    const held = [Buffer.from(traceIdOf(number), 'hex'), `user-${String(number)}\u0000`].map((form) =>
      bytes.includes(form),
    );
    if (number % 7 === 0) expect(held[0]).toBe(false);
    else expect(held[0]).toBe(true);
  }
});

test('roll-ups know nothing of it: they are those of a store that never had it', async () => {
  const sums = () =>
    inIndex('SELECT project, hour, traces, spans, users, sessions, durations FROM rollup WHERE traces > 0');
  const kept = numbersFrom(1, 20).map((number) => trace(number));
  await writer.write(spansArrive(kept));
  const expected = sums();
  await write(numbersFrom(100, 30));
  expect(sums()).not.toEqual(expected);
  await erase({ startUnixNano: NOON + 100n });
  expect(sums()).toEqual(expected);
});

/** The disk as it is when a process dies at the operation of that number. */
const dyingAt = (operation: number): Files => {
  let left = operation;
  const live = async <T>(run: () => Promise<T>): Promise<T> => {
    if (left-- <= 0) throw Object.assign(new Error('killed'), { code: 'EIO' });
    return run();
  };
  return {
    ...files,
    remove: (path) => live(() => files.remove(path)),
    replace: (path, content) => live(() => files.replace(path, content)),
    syncDirectory: (path) => live(() => files.syncDirectory(path)),
    open: (path, options) =>
      live(async () => {
        const file = await files.open(path, options);
        return {
          ...file,
          writeAt: (parts, at) => live(() => file.writeAt(parts, at)),
          datasync: () => live(() => file.datasync()),
        };
      }),
  };
};

test('an erasure that is cut short anywhere goes on to its end after the next start', async () => {
  await write(numbersFrom(0, 40), { 'session.id': 's' });
  await writer.write(spansArrive([trace(50, {}, NOON + DAY), trace(51, { 'session.id': 's' }, NOON + DAY)]));
  await writer.close();
  let isWhole = false;
  for (let operation = 0; !isWhole; operation++) {
    await open();
    await write([operation + 1000], { 'session.id': 's' });
    await writer.close();
    await open({ files: dyingAt(operation), erasureTimes: { purgeAfterMillis: 0 } });
    const id = `e-${String(operation)}`;
    const outcome = await erase({ sessionId: 's' }, id)
      .then(() => upkeep())
      .then(() => writer.erasure(id))
      .catch(() => null);
    isWhole = outcome?.purgedAtMillis === LATER;
    await writer.close();
    await open({ erasureTimes: { purgeAfterMillis: 0 } });
    const isRecorded = readdirSync(directory).some((name) => name.startsWith('erasure-'));
    const wasErased = (await writer.erasure(id)) !== null || isRecorded;
    await upkeep();
    if (wasErased) {
      expect((await shown()).filter((number) => number !== 50)).toEqual([]);
      expect(await writer.erasure(id)).toMatchObject({ purgedAtMillis: LATER });
    } else expect((await shown()).length).toBeGreaterThan(1);
    expect(readdirSync(directory).filter((name) => name.startsWith('erasure-'))).toEqual([]);
    await writer.close();
  }
  await open();
  expect(await shown()).toEqual([50]);
}, 60_000);

test('what was written to a segment and never committed is cut off before more is', async () => {
  await write([1]);
  const path = join(directory, '2026-11-20.1.segment');
  const committed = statSync(path).size;
  await writer.close();
  appendFileSync(path, 'left by a crash between segment and index');
  await open();
  await write([2]);
  expect(readFileSync(path).includes('left by a crash')).toBe(false);
  expect(statSync(path).size).toBeGreaterThan(committed);
  expect(await shown()).toEqual([1, 2]);
});

test('nothing is purged before its time, nor during a backup, which has what was erased no more', async () => {
  await write(numbersFrom(1, 10));
  await erase({ traceKey: traceIdOf(1) });
  await upkeep(NOON_MILLIS + 9 * 60_000);
  expect(await writer.erasure('e-1')).toMatchObject({ purgedAtMillis: null });
  expect(writer.erasures()).toEqual({ tombstones: 1, pending: 1, pendingSinceMillis: NOON_MILLIS });

  const target = `${directory}-backup`;
  const backup = writer.backup(target, () => undefined);
  expect(await writer.maintain(LATER)).toBe(false);
  await backup;
  const other = await openEmbeddedWriter({ files, directory: target, retention: { days: 0, bytes: 0 } });
  expect((await other.write(spansArrive([trace(1)]))).erasedFragments).toBe(1);
  await other.close();
  await rm(target, { recursive: true });

  await upkeep();
  expect(writer.erasures()).toEqual({ tombstones: 1, pending: 0, pendingSinceMillis: null });
});

test('it is forgotten after its time, and beyond so many traces the oldest first', async () => {
  const day = 86_400_000;
  await writer.close();
  await open({ erasureTimes: { purgeAfterMillis: 0, rememberMillis: 30 * day, rememberTraces: 4 } });
  await write(numbersFrom(1, 7));
  for (const number of numbersFrom(1, 6))
    await erase({ traceKey: traceIdOf(number) }, `e-${String(number)}`, NOON_MILLIS + number);
  expect(writer.erasures().tombstones).toBe(6);
  await upkeep();
  await upkeep();
  expect(writer.erasures().tombstones).toBe(4);
  expect([await writer.erasure('e-1'), await writer.erasure('e-2')]).toEqual([null, null]);
  expect(await writer.erasure('e-3')).not.toBeNull();
  expect((await write([1, 3])).erasedFragments).toBe(1);
  await upkeep(NOON_MILLIS + 31 * day);
  expect(writer.erasures().tombstones).toBe(0);
  expect((await write([3])).newTraces).toBe(1);
});

test('thousands of tombstones outlive a restart, and are few bytes', async () => {
  for (let first = 0; first < 3000; first += 500) await write(numbersFrom(first, 500));
  expect(await erase({})).toMatchObject({ traces: 3000 });
  await writer.close();
  await open();
  expect((await write(numbersFrom(0, 3000))).erasedFragments).toBe(3000);
  expect((await write(numbersFrom(5000, 3000))).erasedFragments).toBe(0);
  await upkeep();
  expect(statSync(join(directory, 'erasures.sqlite')).size).toBeLessThan(400_000);
}, 60_000);

test('a reader meets traces that are just being moved', async () => {
  for (let first = 0; first < 400; first += 100) await write(numbersFrom(first, 100));
  const reader = openEmbeddedReader({ files, directory });
  expect(await reader.get('shop', traceIdOf(1))).not.toBeNull();
  let isErased = false;
  const meddled: Files = {
    ...files,
    openForReading: async (path) => {
      if (!isErased) {
        isErased = true;
        await erase({ traceKey: traceIdOf(0) });
        await upkeep();
      }
      return files.openForReading(path);
    },
  };
  const other = openEmbeddedReader({ files: meddled, directory });
  expect(await other.get('shop', traceIdOf(2))).toMatchObject({ span_count: 1 });
  expect(isErased).toBe(true);
  await other.close();
  expect(await reader.get('shop', traceIdOf(0))).toBeNull();
  expect(await reader.get('shop', traceIdOf(1))).toMatchObject({ span_count: 1 });
  await reader.close();
  expect(existsSync(join(directory, 'erasures.sqlite'))).toBe(true);
});
