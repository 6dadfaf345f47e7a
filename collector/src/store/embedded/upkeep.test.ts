import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createDiskFiles, type Files } from '../../files/index.js';
import { DAY, NOON, NOON_MILLIS, query, spanIdOf, spanModel, spansArrive, traceIdOf } from '../contract/index.js';
import type { TraceWriter } from '../trace-store.js';
import { openEmbeddedReader, openEmbeddedWriter, type Retention } from './index.js';

const files = createDiskFiles();
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-upkeep-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const openWriter = (retention: Partial<Retention> = {}): Promise<TraceWriter> =>
  openEmbeddedWriter({ files, directory, retention: { days: 0, bytes: 0, ...retention } });

/** Texts that don't compress, so that bytes on disk can be counted on. */
const noise = (): string => randomBytes(3000).toString('hex');

const trace = (number: number, startUnixNano = NOON + BigInt(number)) =>
  spanModel({
    traceId: traceIdOf(number),
    spanId: spanIdOf(number),
    startUnixNano,
    endUnixNano: startUnixNano + 5n,
    attributes: { noise: noise() },
  });

const write = (writer: TraceWriter, numbers: readonly number[], startUnixNano?: bigint) =>
  writer.write(
    spansArrive(
      numbers.map((number) => trace(number, startUnixNano)),
      { receivedAtMillis: NOON_MILLIS },
    ),
  );

const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

const directoryBytes = async (path: string): Promise<number> => {
  let bytes = 0;
  for (const name of await readdir(path)) bytes += (await stat(join(path, name))).size;
  return bytes;
};

const upkeepUntilDone = async (writer: TraceWriter, nowMillis: number): Promise<number> => {
  let steps = 0;
  while (await writer.maintain(nowMillis)) steps++;
  return steps;
};

const totalIn = async (path: string): Promise<number> => {
  const reader = openEmbeddedReader({ files, directory: path });
  const { total } = await reader.find(query({ count: 'exact' }));
  await reader.close();
  return total;
};

test('days beyond the retention go with their files, later ones stay', async () => {
  const writer = await openWriter({ days: 3 });
  await write(writer, [1, 2]);
  await write(writer, [3], NOON - DAY);
  const afterThreeDays = NOON_MILLIS + 3 * Number(DAY / 1_000_000n);

  expect(await upkeepUntilDone(writer, afterThreeDays)).toBe(1);
  expect(await totalIn(directory)).toBe(2);
  expect((await readdir(directory)).every((name) => name.startsWith('2026-11-20'))).toBe(true);
  await writer.close();
});

test('a store over its bytes gives up its oldest days first', async () => {
  const writer = await openWriter({ bytes: 320_000 });
  await write(writer, numbersTo(60), NOON - DAY);
  await write(writer, [100, 101], NOON);
  await upkeepUntilDone(writer, NOON_MILLIS);

  expect(await totalIn(directory)).toBe(2);
  await writer.close();
});

test('with one day left the oldest traces go, the disk is given back, and the others can be read', async () => {
  const writer = await openWriter({ bytes: 1_500_000 });
  for (let first = 0; first < 600; first += 50)
    await write(
      writer,
      numbersTo(50).map((number) => first + number),
    );
  const before = await directoryBytes(directory);
  const steps = await upkeepUntilDone(writer, NOON_MILLIS);
  const after = await directoryBytes(directory);

  expect(steps).toBeGreaterThan(1);
  expect(before).toBeGreaterThan(1_500_000);
  expect(after).toBeLessThanOrEqual(1_500_000);
  const reader = openEmbeddedReader({ files, directory });
  expect(await reader.get('shop', traceIdOf(0))).toBeNull();
  const newest = await reader.get('shop', traceIdOf(599));
  expect(newest?.spans).toHaveLength(1);
  expect(newest?.spans[0]?.attributes.noise).toHaveLength(6000);
  await reader.close();
  await write(writer, [700]);
  expect((await writer.write(spansArrive([trace(599)]))).newTraces).toBe(0);
  await writer.close();
});

test('a backup taken between writes holds what was written before it, and is a store of its own', async () => {
  const writer = await openWriter();
  await write(writer, [1, 2, 3]);
  await write(writer, [4], NOON - 40n * DAY);
  const target = join(directory, '..', `${directory.slice(directory.lastIndexOf('/') + 1)}-backup`);
  const told: number[][] = [];
  await writer.backup(target, (done, total) => told.push([done, total]));
  await write(writer, [5]);

  expect(await totalIn(target)).toBe(4);
  expect(await totalIn(directory)).toBe(5);
  expect(told).toEqual([
    [1, 2],
    [2, 2],
  ]);
  await expect(writer.backup(target, () => undefined)).rejects.toThrow('the backup directory must be empty');
  await writer.close();
  await rm(target, { recursive: true });
});

test('a late span finds its trace in a day long past, also after a restart', async () => {
  const first = await openWriter();
  await write(first, [7], NOON - 20n * DAY);
  await first.close();
  const second = await openWriter();
  const late = spanModel({
    traceId: traceIdOf(7),
    spanId: spanIdOf(8),
    parentSpanId: spanIdOf(7),
    startUnixNano: NOON,
    endUnixNano: NOON + 5n,
  });
  const report = await second.write(spansArrive([late]));
  await second.close();

  expect(report).toEqual({ newTraces: 0, newSpans: 1, duplicateSpans: 0, erasedFragments: 0 });
  const reader = openEmbeddedReader({ files, directory });
  expect((await reader.get('shop', traceIdOf(7)))?.span_count).toBe(2);
  expect((await reader.find(query())).total).toBe(1);
  await reader.close();
});

test('the write-ahead log gives its space back once writes have paused', async () => {
  const logBytes = async (): Promise<number> => {
    const log = (await readdir(directory)).find((name) => name.endsWith('-wal')) as string;
    return (await stat(join(directory, log))).size;
  };
  const writer = await openWriter();
  await write(writer, numbersTo(50));
  await writer.maintain(NOON_MILLIS);
  expect(await logBytes()).toBeGreaterThan(0);
  await writer.maintain(NOON_MILLIS + 5_000);
  expect(await logBytes()).toBe(0);
  await writer.close();
  expect(await totalIn(directory)).toBe(50);
});

/** The disk as it is when a process dies after so many removals. */
const dyingAfter = (removals: number): Files => {
  let left = removals;
  return {
    ...files,
    remove: (path) => (left-- > 0 ? files.remove(path) : Promise.reject(new Error('killed'))),
  };
};

/** Traces that a list names and that can be read. */
const shownIn = async (path: string): Promise<number> => {
  const reader = openEmbeddedReader({ files, directory: path });
  const { traces } = await reader.find(query());
  for (const { project, trace_key } of traces) expect(await reader.get(project, trace_key)).not.toBeNull();
  await reader.close();
  return traces.length;
};

test.each([0, 1])('a day whose removal is cut short after %d files is there whole or not at all', async (removals) => {
  const writer = await openEmbeddedWriter({
    files: dyingAfter(removals),
    directory,
    retention: { days: 3, bytes: 0 },
  });
  await write(writer, [1, 2]);
  await write(writer, [3], NOON - DAY);
  await expect(writer.maintain(NOON_MILLIS + 3 * Number(DAY / 1_000_000n))).rejects.toThrow('killed');
  await writer.close();
  const again = await openWriter();

  expect(await shownIn(directory)).toBe(removals === 0 ? 3 : 2);
  const lateReport = await again.write(
    spansArrive([{ ...trace(3, NOON - DAY), spanId: spanIdOf(9), parentSpanId: spanIdOf(3) }]),
  );
  expect(lateReport.newSpans).toBe(1);
  expect(await shownIn(directory)).toBe(3);
  await again.close();
});

test('files of a day without an index, as a removal cut short leaves them, go when the store is opened', async () => {
  await writeFile(join(directory, '2026-11-03.1.segment'), 'left');
  await writeFile(join(directory, '2026-11-03.sqlite-wal'), 'left');
  const writer = await openWriter();
  await write(writer, [1]);

  expect((await readdir(directory)).filter((name) => name.startsWith('2026-11-03'))).toEqual([]);
  await writer.close();
});

test('a compaction that dies before the old segment is gone removes it later', async () => {
  const segmentsIn = async (): Promise<string[]> =>
    (await readdir(directory)).filter((name) => name.endsWith('.segment')).sort();
  const dying = await openEmbeddedWriter({ files: dyingAfter(0), directory, retention: { days: 0, bytes: 0 } });
  await write(dying, [1, 2]);
  await dying.close();
  const database = new DatabaseSync(join(directory, '2026-11-20.sqlite'));
  database.exec(`INSERT INTO meta(name, value) VALUES ('dead_bytes', 1e9)`);
  database.close();
  const second = await openEmbeddedWriter({ files: dyingAfter(0), directory, retention: { days: 0, bytes: 0 } });
  await expect(upkeepUntilDone(second, NOON_MILLIS)).rejects.toThrow('killed');
  expect(await segmentsIn()).toEqual(['2026-11-20.1.segment', '2026-11-20.2.segment']);
  await second.close();
  const third = await openWriter();
  await upkeepUntilDone(third, NOON_MILLIS);

  expect(await segmentsIn()).toEqual(['2026-11-20.2.segment']);
  expect(await shownIn(directory)).toBe(2);
  await third.close();
});

test('upkeep rests while a backup copies, so that no copied index names a segment that is gone', async () => {
  const writer = await openWriter({ days: 3 });
  await write(writer, [1]);
  const target = `${directory}-backup`;
  const afterFourDays = NOON_MILLIS + 4 * Number(DAY / 1_000_000n);
  const backup = writer.backup(target, () => undefined);
  const moreToDo = await writer.maintain(afterFourDays);
  await backup;

  expect(moreToDo).toBe(false);
  expect(await shownIn(target)).toBe(1);
  expect(await writer.maintain(afterFourDays)).toBe(true);
  await writer.close();
  await rm(target, { recursive: true });
});

test('a day whose making was cut short is not shown, and made when something is written to it', async () => {
  await writeFile(join(directory, '2026-11-20.sqlite'), '');
  expect(await shownIn(directory)).toBe(0);
  const writer = await openWriter();
  await write(writer, [1]);
  expect(await shownIn(directory)).toBe(1);
  await writer.close();
});

test('a reader waits for a writer that is just making an index', async () => {
  const making = `
    const { DatabaseSync } = require('node:sqlite');
    const index = new DatabaseSync(process.argv[1]);
    index.exec('BEGIN EXCLUSIVE; CREATE TABLE made(id)');
    process.stdout.write('locked');
    setTimeout(() => index.exec('ROLLBACK'), 200);`;
  const writer = spawn(process.execPath, ['-e', making, join(directory, '2026-11-20.sqlite')]);
  await once(writer.stdout, 'data');
  expect(await totalIn(directory)).toBe(0);
  await once(writer, 'close');
});

test('a reader lets go of files that are gone, and sees a day that was made anew', async () => {
  const heldOfGone = async (): Promise<string[]> => {
    const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
    return (await Promise.all(links)).filter((path) => path.startsWith(directory) && path.endsWith(' (deleted)'));
  };
  const first = await openWriter();
  await write(first, [1]);
  await first.close();
  const reader = openEmbeddedReader({ files, directory });
  expect((await reader.get('shop', traceIdOf(1)))?.span_count).toBe(1);
  for (const name of await readdir(directory)) await rm(join(directory, name));
  expect(await heldOfGone()).not.toEqual([]);
  const second = await openWriter();
  await write(second, [2]);

  await reader.letGo();
  expect(await heldOfGone()).toEqual([]);
  expect((await reader.get('shop', traceIdOf(2)))?.span_count).toBe(1);
  expect(await reader.get('shop', traceIdOf(1))).toBeNull();
  await reader.close();
  await second.close();
});

test('a trace whose segment is compacted away while it is read is read from where it went', async () => {
  const writer = await openWriter();
  await write(writer, [1]);
  let failures = 1;
  const reader = openEmbeddedReader({
    directory,
    files: {
      ...files,
      openForReading: (path) =>
        failures-- > 0
          ? Promise.reject(Object.assign(new Error('gone'), { code: 'ENOENT' }))
          : files.openForReading(path),
    },
  });
  expect((await reader.get('shop', traceIdOf(1)))?.span_count).toBe(1);
  expect(failures).toBeLessThan(1);
  await reader.close();
  await writer.close();
});
