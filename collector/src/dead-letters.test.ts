import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { keepDeadLetter, listDeadLetters } from './dead-letter.js';
import { describeDeadLetters, retryDeadLetters } from './dead-letters.js';
import { createDiskFiles } from './files/index.js';
import type { AppendOutcome, JournalRecord } from './journal/index.js';

const files = createDiskFiles();
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'noveum-letters-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const recordOf = (at: number, project: string | null, name = 'shop'): JournalRecord => ({
  format: 'native',
  receivedAtMillis: at,
  project,
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body: Buffer.from(
    JSON.stringify({ traces: [{ trace_id: 't', name: 'n', project: name, start_time: '2026-11-20T12:00:00Z' }] }),
  ),
});
const unreadable: JournalRecord = { ...recordOf(3, null), format: 'otlp-traces', body: Buffer.from([0x0a, 0xff]) };

/** A journal that takes so many records, and what it took. */
const journalOf = (room = Number.POSITIVE_INFINITY) => {
  const taken: JournalRecord[] = [];
  const append = (record: JournalRecord): Promise<AppendOutcome> => {
    if (taken.length >= room) return Promise.resolve({ status: 'full', retryAfterSeconds: 5 });
    taken.push(record);
    return Promise.resolve({ status: 'durable' });
  };
  return { append, taken };
};

const keepAll = async (...records: readonly JournalRecord[]): Promise<void> => {
  for (const record of records) await keepDeadLetter(files, directory, record);
};

test("letters are told by project, the key's or else the sender's, oldest first, with nothing of their content", async () => {
  await keepAll(recordOf(2, null, 'bank'), recordOf(1, 'shop', 'bank'), unreadable);
  const all = await describeDeadLetters(files, directory, null);
  expect(all.map(({ projects, receivedAtMillis }) => [receivedAtMillis, projects])).toEqual([
    [1, ['shop']],
    [2, ['bank']],
    [3, []],
  ]);
  expect(Object.keys(all[0] ?? {}).sort()).toEqual(['bytes', 'format', 'name', 'projects', 'receivedAtMillis']);
  expect(await describeDeadLetters(files, directory, 'bank')).toEqual([all[1]]);
  expect((await stat(join(directory, all[0]?.name ?? ''))).mode & 0o777).toBe(0o600);
});

test('a retry puts the requests of a project back as they came, and leaves the others', async () => {
  await keepAll(recordOf(1, 'shop'), recordOf(2, 'bank'), unreadable);
  const journal = journalOf();
  expect(await retryDeadLetters(files, directory, journal, 'shop')).toEqual({ retried: 1, left: 0 });
  expect(journal.taken).toEqual([recordOf(1, 'shop')]);
  expect(await describeDeadLetters(files, directory, null)).toHaveLength(2);
});

test('what the journal does not take is still a letter, and can be retried again', async () => {
  await keepAll(recordOf(1, 'shop'), recordOf(2, 'shop'), recordOf(3, 'shop'));
  expect(await retryDeadLetters(files, directory, journalOf(1), null)).toEqual({ retried: 1, left: 2 });
  expect(await describeDeadLetters(files, directory, 'shop')).toHaveLength(2);
  expect(await retryDeadLetters(files, directory, journalOf(), null)).toEqual({ retried: 2, left: 0 });
  expect(await listDeadLetters(files, directory)).toEqual([]);
});

test("a request that can't be stored again while it is retried stays a letter", async () => {
  await keepAll(recordOf(1, 'shop'));
  const journal = {
    append: async (record: JournalRecord): Promise<AppendOutcome> => {
      // The drain may be faster than the one who put it back.
      await keepDeadLetter(files, directory, record);
      return { status: 'durable' };
    },
  };
  expect(await retryDeadLetters(files, directory, journal, null)).toEqual({ retried: 1, left: 0 });
  expect(await describeDeadLetters(files, directory, 'shop')).toMatchObject([{ receivedAtMillis: 1 }]);
});
