import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { parseTextQuery } from 'noveum-proto';

import { createDiskFiles } from './files/index.js';
import type { BacklogReader, JournalPosition, JournalRecord } from './journal/index.js';
import { fragmentsOf, textsOfFragment, textsOfRecord } from './normalise/index.js';
import { dayNumberOf, openEmbeddedWriter, openStoredTraces, type StoredTraces } from './store/embedded/index.js';
import { openTextReader, openTextWriter } from './store/embedded/text/index.js';
import { journalPositionOf, startTextFollow, type TextFollow, type TextProgress } from './text-follow.js';

const RECORD_BYTES = 100;
const FILE = 1;

const record = (number: number, text: string): JournalRecord => ({
  format: 'native',
  receivedAtMillis: 1_795_176_000_000 + number,
  project: 'shop',
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body: Buffer.from(
    JSON.stringify({
      traces: [
        {
          trace_id: `trace-${String(number)}`,
          name: 'run',
          start_time: '2026-11-20T12:00:00Z',
          spans: [
            {
              span_id: 's',
              name: 'chat',
              start_time: '2026-11-20T12:00:00Z',
              attributes: { 'llm.prompt': `${text} all` },
            },
          ],
        },
      ],
    }),
  ),
});

const positionAfter = (count: number): JournalPosition => ({ file: FILE, offset: count * RECORD_BYTES });

/** Of records that take a hundred bytes each; at most two come at a time. */
const journalOf = (records: readonly JournalRecord[]): BacklogReader => ({
  read({ offset }, limit) {
    const from = offset / RECORD_BYTES;
    const to = Math.min(from + 2, limit.offset / RECORD_BYTES);
    return Promise.resolve(
      from >= to ? null : { records: records.slice(from, to), corrupt: 0, end: positionAfter(to) },
    );
  },
  backlogBytes: (from, to) => Promise.resolve(to.offset - from.offset),
  close: () => Promise.resolve(),
});

const files = createDiskFiles();
let directory: string;
let following: { follow: TextFollow; abandon: () => Promise<void> }[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-follow-'));
  following = [];
});
afterEach(async () => {
  for (const { abandon, follow } of following) {
    await follow.close().catch(() => undefined);
    await abandon();
  }
  await rm(directory, { recursive: true });
});

const store = async (records: readonly JournalRecord[]): Promise<void> => {
  const writer = await openEmbeddedWriter({ files, directory, retention: { days: 0, bytes: 0 } });
  await writer.write(records.flatMap((each) => fragmentsOf(each)));
  await writer.close();
};

interface Options {
  readonly maxLagBytes?: number;
  readonly stored?: (stored: StoredTraces) => StoredTraces;
  readonly textsOfStored?: () => [];
}

/** Follows the records up to `stored`; resolves once that is indexed and durable. */
const follow = async (records: readonly JournalRecord[], storedRecords: number, options: Options = {}) => {
  const writer = await openTextWriter({ files, directory, nowMillis: Date.now });
  const reached = writer.position();
  const progress: TextProgress[] = [];
  const traces = openStoredTraces(files, directory);
  const follow = startTextFollow({
    journal: journalOf(records),
    writer,
    stored: options.stored?.(traces) ?? traces,
    textsOf: textsOfRecord,
    textsOfStored: options.textsOfStored ?? (({ fragments }) => fragments.flatMap(textsOfFragment)),
    dayOf: dayNumberOf,
    start: positionAfter(0),
    position: reached === null ? null : journalPositionOf(reached),
    maxLagBytes: options.maxLagBytes ?? 1_000_000,
    onProgress: (told) => progress.push(told),
    now: Date.now,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const abandon = async (): Promise<void> => {
    writer.close();
    await traces.close();
  };
  following.push({ follow, abandon });
  follow.advance(positionAfter(storedRecords), positionAfter(records.length));
  await follow.reach();
  return { follow, progress, writer };
};

const found = async (text: string): Promise<string[]> => {
  const parsed = parseTextQuery(text);
  if (parsed.status === 'refused') throw new Error(parsed.issue);
  const reader = openTextReader({ files, directory });
  const keys: string[] = [];
  for await (const { traceKey } of reader.candidates({ project: 'shop', query: parsed.query })) keys.push(traceKey);
  reader.close();
  return keys.sort();
};

const RECORDS = ['sun', 'rain', 'snow', 'hail', 'fog'].map((text, number) => record(number, text));
const KEYS = RECORDS.map((_, number) => `trace-${String(number)}`);

test('indexes what the store has, and nothing ahead of it', async () => {
  await store(RECORDS);
  const { follow: following, progress } = await follow(RECORDS, 0);
  following.advance(positionAfter(3), positionAfter(5));
  await following.reach();
  expect(await found('snow')).toEqual(['trace-2']);
  expect(progress.at(-1)).toMatchObject({ position: positionAfter(3), needed: positionAfter(3), lagBytes: 200 });
});

test('an index that is not there is made from the store, and then follows', async () => {
  await store(RECORDS.slice(0, 3));
  const { follow: following, progress } = await follow(RECORDS, 3);
  expect(await found('all')).toEqual(KEYS.slice(0, 3));
  await store(RECORDS.slice(3));
  following.advance(positionAfter(5), positionAfter(5));
  await following.reach();
  expect(await found('all')).toEqual(KEYS);
  expect(progress.at(-1)).toMatchObject({ position: positionAfter(5), lagBytes: 0, waitingSinceMillis: null });
});

test('goes on where it stopped', async () => {
  await store(RECORDS.slice(0, 1));
  await follow(RECORDS, 1);
  await store(RECORDS);
  for (let stored = 2; stored <= RECORDS.length; stored++) await (await follow(RECORDS, stored)).follow.close();
  expect(await found('all')).toEqual(KEYS);
  expect(await found('rain')).toEqual(['trace-1']);
});

test('a trace that the store has not is not indexed', async () => {
  await store(RECORDS);
  const { follow: following } = await follow(RECORDS, 0, {
    stored: (traces) => ({
      ...traces,
      days: () => Promise.resolve([]),
      find: (project, key, day) => (key === 'trace-1' ? Promise.resolve(null) : traces.find(project, key, day)),
    }),
  });
  following.advance(positionAfter(5), positionAfter(5));
  await following.reach();
  expect(await found('all')).toEqual(['trace-0', 'trace-2', 'trace-3', 'trace-4']);
});

test('what is removed while it is read is not indexed, and what was indexed is gone at once', async () => {
  await store(RECORDS);
  let remove: (key: string, day: number) => void = () => undefined;
  const { follow: following } = await follow(RECORDS, 2, {
    stored: (traces) => ({
      ...traces,
      async find(project, key, day) {
        const place = await traces.find(project, key, day);
        if (place !== null && key === 'trace-3') remove(key, place.day);
        return place;
      },
    }),
  });
  remove = (traceKey, day) => {
    following.remove([
      { project: 'shop', traceKey, day },
      { project: 'shop', traceKey: 'trace-0', day },
    ]);
  };
  expect(await found('sun')).toEqual(['trace-0']);
  following.advance(positionAfter(5), positionAfter(5));
  await following.reach();
  expect(await found('hail')).toEqual([]);
  expect(await found('sun')).toEqual([]);
  expect(await found('fog')).toEqual(['trace-4']);
});

test('too far behind, it lets the journal go and is made anew from the store', async () => {
  await store(RECORDS);
  const { follow: following, progress } = await follow(RECORDS, 1);
  following.letGo();
  following.advance(positionAfter(5), positionAfter(5));
  await following.reach();
  expect(await found('all')).toEqual(KEYS);
  expect(progress.reduce((sum, { rebuilds }) => sum + rebuilds, 0)).toBe(1);
  expect(progress.at(-1)?.needed).toEqual(positionAfter(5));
});

test('an index that other rules made is made anew from the store, and finds what it has till then', async () => {
  await store(RECORDS.slice(0, 3));
  const { follow: before } = await follow(RECORDS, 3, { textsOfStored: () => [] });
  await store(RECORDS.slice(3));
  before.advance(positionAfter(5), positionAfter(5));
  await before.reach();
  await before.close();
  expect(await found('all')).toEqual(KEYS.slice(3));
  const position = new DatabaseSync(join(directory, 'text-position.db'));
  position.exec("UPDATE reached SET rules = 'others'");
  position.close();
  const { progress } = await follow(RECORDS, 5);
  expect(await found('rain')).toEqual(['trace-1']);
  expect(await found('all')).toEqual(KEYS);
  expect(progress.map((each) => each.position)).toEqual([null, positionAfter(5)]);
});

test('a record that can not be read is counted and passed', async () => {
  const broken: JournalRecord = { ...record(9, 'x'), format: 'otlp-traces', body: Buffer.from([0x0a, 0xff]) };
  await store(RECORDS);
  const { follow: following, progress } = await follow([broken, ...RECORDS], 0);
  following.advance(positionAfter(6), positionAfter(6));
  await following.reach();
  expect(progress.reduce((sum, { unreadableRecords }) => sum + unreadableRecords, 0)).toBe(1);
  expect(await found('all')).toEqual(KEYS);
});

test('a day that retention took from the store goes from the index', async () => {
  await store(RECORDS);
  const { follow: following, writer } = await follow(RECORDS, 5);
  await following.close();
  expect(writer.days()).toHaveLength(1);
  const traces = openStoredTraces(files, directory);
  const next = startTextFollow({
    journal: journalOf(RECORDS),
    writer,
    stored: { ...traces, days: () => Promise.resolve([]) },
    textsOf: textsOfRecord,
    textsOfStored: () => [],
    dayOf: dayNumberOf,
    start: positionAfter(5),
    position: positionAfter(5),
    maxLagBytes: 1_000_000,
    onProgress: () => undefined,
    now: Date.now,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
  });
  next.advance(positionAfter(5), positionAfter(5));
  await next.reach();
  await next.close();
  await traces.close();
  expect(writer.days()).toEqual([]);
});
