import fc from 'fast-check';

import { createSimulatedFiles, type SimulatedFiles } from '../files/index.js';
import {
  type Journal,
  type JournalOptions,
  type JournalPosition,
  type JournalRecord,
  openJournal,
  openJournalReader,
} from './index.js';

const DIRECTORY = '/data/journal';

const open = (files: SimulatedFiles, options: Partial<JournalOptions> = {}): Promise<Journal> =>
  openJournal({ files, directory: DIRECTORY, later: () => undefined, ...options });

const recordOf = (text: string, bytes = text.length): JournalRecord => ({
  format: 'native',
  receivedAtMillis: 1,
  project: 'p',
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body: Buffer.alloc(bytes, text),
});

const readAll = async (
  files: SimulatedFiles,
  from: JournalPosition,
  limit: JournalPosition,
  maxBytes = 1 << 20,
): Promise<JournalRecord[]> => {
  const reader = await openJournalReader({ files, directory: DIRECTORY });
  const records: JournalRecord[] = [];
  for (let batch = await reader.read(from, limit, maxBytes); batch !== null;) {
    records.push(...batch.records);
    batch = await reader.read(batch.end, limit, maxBytes);
  }
  await reader.close();
  return records;
};

const textsOf = (records: readonly JournalRecord[]): string[] =>
  records.map(({ body }) => Buffer.from(body).toString('utf8'));

const ALWAYS = [
  'format',
  'receivedAtMillis',
  'project',
  'keyEnvironment',
  'redactionVersion',
  'refused',
  'body',
] as const;

const fieldsOfRecord = {
  format: fc.constantFrom('otlp-traces' as const, 'otlp-logs' as const, 'native' as const),
  receivedAtMillis: fc.integer({ min: 0, max: 4e12 }),
  project: fc.option(fc.string({ unit: 'grapheme', maxLength: 40 })),
  keyEnvironment: fc.option(fc.string({ maxLength: 10 })),
  redactionVersion: fc.nat(65535),
  refused: fc.array(fc.nat(2 ** 32 - 1), { maxLength: 5 }),
  via: fc.string({ maxLength: 80 }),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(20_000).map((length) => new Uint8Array(length).fill(7)),
  ),
};
const anyRecord: fc.Arbitrary<JournalRecord> = fc.record(fieldsOfRecord, { requiredKeys: [...ALWAYS] });

const plain = (record: JournalRecord): object => ({ ...record, body: Buffer.from(record.body).toString('hex') });

describe('what was appended', () => {
  it('is read back as it was, in order, whatever the sizes of file and read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRecord, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 30_000 }),
        fc.integer({ min: 1, max: 30_000 }),
        async (records, fileBytes, maxBytes) => {
          const files = createSimulatedFiles();
          const journal = await open(files, { fileBytes });
          const outcomes = await Promise.all(records.map((record) => journal.append(record)));
          expect(outcomes.every(({ status }) => status === 'durable')).toBe(true);
          const read = await readAll(files, journal.start(), journal.end(), maxBytes);
          expect(read.map(plain)).toEqual(records.map(plain));
        },
      ),
    );
  });

  it('stays valid in memory after the next read', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('first'));
    await journal.append(recordOf('second'));
    const reader = await openJournalReader({ files, directory: DIRECTORY });
    const first = await reader.read(journal.start(), journal.end(), 1);
    await reader.read(first!.end, journal.end(), 1);
    expect(textsOf(first!.records)).toEqual(['first']);
  });

  it('is read into memory that is lent, and into new where that is too small', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('small'));
    const limit = journal.end();
    await journal.append(recordOf('x', 10_000));
    const memory = Buffer.alloc(1000);
    const reader = await openJournalReader({ files, directory: DIRECTORY });
    const small = await reader.read(journal.start(), limit, 1000, memory);
    expect(small!.records[0]!.body.buffer).toBe(memory.buffer);
    const large = await reader.read(small!.end, journal.end(), 1000, memory);
    expect(large!.records[0]!.body).toHaveLength(10_000);
  });

  it('is read up to the limit only', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('first'));
    const limit = journal.end();
    await journal.append(recordOf('second'));
    expect(textsOf(await readAll(files, journal.start(), limit))).toEqual(['first']);
  });

  it('is there for the next process, which goes on in a file of its own', async () => {
    const files = createSimulatedFiles();
    const first = await open(files);
    await first.append(recordOf('first'));
    await first.close();
    const second = await open(files);
    await second.append(recordOf('second'));
    expect(textsOf(await readAll(files, second.start(), second.end()))).toEqual(['first', 'second']);
    expect(second.health().files).toBe(2);
  });
});

describe('a group commit', () => {
  it('takes all that came while the one before it was under way, in one write', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    const ends: JournalPosition[] = [];
    journal.onDurable((end) => ends.push(end));
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => journal.append(recordOf(text))));
    expect(ends).toHaveLength(2);
    expect(ends[1]).toEqual(journal.end());
  });

  it('is answered after the listeners could know its end', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    let known: JournalPosition | null = null;
    journal.onDurable((end) => (known = end));
    await journal.append(recordOf('a'));
    expect(known).toEqual(journal.end());
  });

  it('fails as a whole, with the code of the disk, and leaves nothing behind', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('before'));
    files.fail({ code: 'EIO', operations: ['datasync'], times: 2 });
    const outcomes = await Promise.all(['a', 'b', 'c'].map((text) => journal.append(recordOf(text))));
    expect(outcomes).toEqual(Array(3).fill({ status: 'failed', code: 'EIO' }));
    expect(await journal.append(recordOf('after'))).toEqual({ status: 'durable' });
    expect(textsOf(await readAll(files, journal.start(), journal.end()))).toEqual(['before', 'after']);
    const reopened = await open(files.crash());
    expect(reopened.health().status).toBe('healthy');
  });
});

describe('the byte limit', () => {
  const bytesOfOne = async (): Promise<number> => {
    const journal = await open(createSimulatedFiles());
    await journal.append(recordOf('x', 5000));
    return journal.health().bytes;
  };

  it('refuses what goes beyond it, counting what is under way, and nothing up to it', async () => {
    const limitBytes = 3 * (await bytesOfOne());
    const journal = await open(createSimulatedFiles(), { limitBytes });
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => journal.append(recordOf('x', 5000))));
    expect(outcomes.map(({ status }) => status)).toEqual(['durable', 'durable', 'durable', 'full']);
    expect(outcomes[3]).toEqual({ status: 'full', retryAfterSeconds: 1 });
    expect(journal.health().bytes).toBe(limitBytes);
  });

  it('gives room again for what is released, also within a file', async () => {
    const limitBytes = 2 * (await bytesOfOne());
    const journal = await open(createSimulatedFiles(), { limitBytes });
    await journal.append(recordOf('x', 5000));
    const afterFirst = journal.end();
    await journal.append(recordOf('x', 5000));
    expect((await journal.append(recordOf('x', 5000))).status).toBe('full');
    await journal.release(afterFirst);
    expect((await journal.append(recordOf('x', 5000))).status).toBe('durable');
  });

  it('holds after a restart', async () => {
    const files = createSimulatedFiles();
    const limitBytes = await bytesOfOne();
    await (await open(files)).append(recordOf('x', 5000));
    const journal = await open(files.crash(), { limitBytes });
    expect((await journal.append(recordOf('x'))).status).toBe('full');
  });
});

describe('release', () => {
  const journalFiles = async (files: SimulatedFiles): Promise<readonly string[]> =>
    (await files.list(DIRECTORY)).filter((name) => name.endsWith('.journal'));

  it('removes whole files before the position, and a restart begins there', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files, { fileBytes: 5000 });
    const ends: JournalPosition[] = [];
    for (const text of ['a', 'b', 'c', 'd']) {
      await journal.append(recordOf(text, 2000));
      ends.push(journal.end());
    }
    expect(await journalFiles(files)).toHaveLength(2);
    await journal.release(ends[2]!);
    expect(await journalFiles(files)).toHaveLength(1);
    const restarted = files.crash();
    const next = await open(restarted);
    expect(next.start()).toEqual(ends[2]);
    expect(await readAll(restarted, next.start(), next.end())).toHaveLength(1);
  });

  it('leaves almost nothing once the store has all', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('x', 100_000));
    await journal.release(journal.end());
    expect(await journalFiles(files)).toEqual([]);
    expect(journal.health()).toMatchObject({ bytes: 0, files: 0 });
    expect((await journal.append(recordOf('next'))).status).toBe('durable');
    const restarted = files.crash();
    const next = await open(restarted);
    expect(textsOf(await readAll(restarted, next.start(), next.end()))).toEqual(['next']);
  });

  it('of everything holds over a restart: nothing is left to read, or on the disk', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('x'));
    await journal.release(journal.end());
    const restarted = files.crash();
    const next = await open(restarted);
    expect(await readAll(restarted, next.start(), next.end())).toEqual([]);
    expect(await journalFiles(restarted)).toEqual([]);
    await next.append(recordOf('next'));
    expect(textsOf(await readAll(restarted, next.start(), next.end()))).toEqual(['next']);
  });

  it('lets a reader that stood at the end go on in the next file', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('x', 100_000));
    const reader = await openJournalReader({ files, directory: DIRECTORY });
    const batch = await reader.read(journal.start(), journal.end(), 1 << 20);
    await journal.release(batch!.end);
    await journal.append(recordOf('next'));
    const next = await reader.read(batch!.end, journal.end(), 1 << 20);
    expect(textsOf(next!.records)).toEqual(['next']);
  });

  /** Appends begin at each moment of the release in turn: before the file is left, while it is, and after. */
  const MOMENTS = Array.from({ length: 25 }, (_, turns) => turns);

  it.each(MOMENTS)('of an idle file loses nothing that is appended meanwhile (%i turns in)', async (turns) => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await journal.append(recordOf('x', 100_000));
    const releasing = journal.release(journal.end());
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    const outcomes = await Promise.all(['a', 'b', 'c'].map((text) => journal.append(recordOf(text))));
    await releasing;
    expect(outcomes.map(({ status }) => status)).toEqual(['durable', 'durable', 'durable']);
    const restarted = files.crash();
    const next = await open(restarted);
    expect(textsOf(await readAll(restarted, next.start(), next.end()))).toEqual(['a', 'b', 'c']);
  });

  it.each(MOMENTS)(
    'of an idle file ends though appends begin meanwhile and never stop (%i turns in)',
    async (turns) => {
      const files = createSimulatedFiles();
      const journal = await open(files);
      await journal.append(recordOf('x', 100_000));
      let isReleased = false;
      const releasing = journal.release(journal.end()).then(() => (isReleased = true));
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      const keepBusy = async (): Promise<number> => {
        for (let count = 0; count < 300; count++) {
          if (isReleased) return count;
          await journal.append(recordOf('next'));
        }
        return Infinity;
      };
      const counts = await Promise.all([keepBusy(), keepBusy(), keepBusy()]);
      expect(Math.max(...counts)).toBeLessThan(300);
      await releasing;
    },
  );

  it('frees a full disk though not even the checkpoint can be written', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files, { fileBytes: 1100 });
    for (const text of ['a', 'b', 'c']) await journal.append(recordOf(text, 2000));
    files.fail({ code: 'ENOSPC', operations: ['write'], times: Infinity });
    await journal.release(journal.end());
    expect(await journalFiles(files)).toHaveLength(1);
    expect(journal.health()).toMatchObject({ status: 'degraded', code: 'ENOSPC' });
  });
});

describe('what another reader still needs', () => {
  const fill = async (journal: Journal, count: number): Promise<JournalPosition[]> => {
    const ends: JournalPosition[] = [];
    for (let each = 0; each < count; each++) {
      await journal.append(recordOf(String(each), 2000));
      ends.push(journal.end());
    }
    return ends;
  };
  const firstBytes = (records: readonly JournalRecord[]): string[] => textsOf(records).map((text) => text.slice(0, 1));

  it('stays when the store has released it, also over a restart, and goes once that reader has it', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files, { fileBytes: 1100 });
    const start = journal.end();
    journal.keep(start);
    const ends = await fill(journal, 5);
    await journal.release(journal.end());
    const restarted = files.crash();
    const next = await open(restarted, { fileBytes: 1100, kept: [start] });
    expect(await readAll(restarted, next.start(), next.end())).toEqual([]);
    expect(firstBytes(await readAll(restarted, start, next.end()))).toEqual(['0', '1', '2', '3', '4']);
    next.keep(ends[2] as JournalPosition);
    await next.release(next.end());
    expect(firstBytes(await readAll(restarted, start, next.end()))).toEqual(['2', '3', '4']);
    next.keep(null);
    await next.release(next.end());
    expect(firstBytes(await readAll(restarted, start, next.end()))).toEqual(['4']);
  });

  it('goes on where it stood though nothing was left of its file, in the journal that gave the place', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    await fill(journal, 1);
    const reached = journal.end();
    await journal.release(reached);
    const restarted = files.crash();
    const next = await open(restarted, { kept: [reached] });
    expect((await restarted.list(DIRECTORY)).filter((name) => name.endsWith('.journal'))).toEqual([]);
    expect(reached.file).toBeGreaterThanOrEqual(next.wholeFrom());
    await fill(next, 1);
    expect(firstBytes(await readAll(restarted, reached, next.end()))).toEqual(['0']);
    const another = await open(createSimulatedFiles(), { kept: [reached] });
    expect(reached.file).toBeLessThan(another.wholeFrom());
    expect(another.end().file).toBeGreaterThanOrEqual(another.wholeFrom());
  });

  it('never makes a sender wait: it is not counted against the limit', async () => {
    const journal = await open(createSimulatedFiles(), { fileBytes: 1100, limitBytes: 5000 });
    journal.keep(journal.end());
    for (let round = 0; round < 5; round++) {
      await fill(journal, 2);
      expect(await journal.append(recordOf('x', 2000))).toMatchObject({ status: 'full' });
      await journal.release(journal.end());
      expect(journal.health().bytes).toBe(0);
    }
    const reopened = createSimulatedFiles();
    expect((await open(reopened, { kept: [{ file: 7, offset: 9000 }] })).end().file).toBe(8);
  });

  it('of an idle file is given back only after that reader has it, without another release', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    journal.keep(journal.end());
    await journal.append(recordOf('x', 100_000));
    await journal.release(journal.end());
    const reader = await openJournalReader({ files, directory: DIRECTORY });
    expect(await reader.backlogBytes({ file: 1, offset: 1024 }, journal.end())).toBeGreaterThan(100_000);
    journal.keep(journal.end());
    await journal.release(journal.end());
    expect((await files.list(DIRECTORY)).filter((name) => name.endsWith('.journal'))).toEqual([]);
    await journal.append(recordOf('y'));
    expect(textsOf(await readAll(files, { file: 1, offset: 101_000 }, journal.end()))).toEqual(['y']);
  });
});

describe('a disk that is full', () => {
  it('is told to the sender and to health, and cured without a restart', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    files.fail({ code: 'ENOSPC', operations: ['write'], times: Infinity });
    for (let count = 0; count < 3; count++)
      expect(await journal.append(recordOf('lost'))).toEqual({ status: 'failed', code: 'ENOSPC' });
    expect(journal.health()).toMatchObject({ status: 'degraded', code: 'ENOSPC', bytes: 0 });
    files.clearFaults();
    expect(await journal.append(recordOf('kept'))).toEqual({ status: 'durable' });
    expect(journal.health()).toMatchObject({ status: 'healthy', code: null });
    const restarted = files.crash();
    const next = await open(restarted);
    expect(textsOf(await readAll(restarted, next.start(), next.end()))).toEqual(['kept']);
  });

  it('is found well again though nobody sends, as health may keep senders away', async () => {
    const files = createSimulatedFiles();
    const tasks: (() => void)[] = [];
    const journal = await open(files, { later: (_millis, task) => tasks.push(task) });
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    files.fail({ code: 'EROFS', times: Infinity });
    await journal.append(recordOf('lost'));
    tasks.shift()?.();
    await turn();
    expect(journal.health().code).toBe('EROFS');
    files.clearFaults();
    tasks.shift()?.();
    await turn();
    expect(journal.health().status).toBe('healthy');
    expect(tasks).toEqual([]);
  });
});

describe('close', () => {
  it('waits for what is under way and refuses what comes later', async () => {
    const files = createSimulatedFiles();
    const journal = await open(files);
    const pending = ['a', 'b', 'c'].map((text) => journal.append(recordOf(text)));
    await journal.close();
    expect((await Promise.all(pending)).map(({ status }) => status)).toEqual(['durable', 'durable', 'durable']);
    expect(await journal.append(recordOf('late'))).toEqual({ status: 'failed', code: 'CLOSED' });
  });
});
