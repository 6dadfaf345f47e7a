import { createSimulatedFiles, type SimulatedFiles } from '../files/index.js';
import { type JournalRecord, openJournal, openJournalReader } from './index.js';

const DIRECTORY = '/data/journal';
const FIRST_FILE = `${DIRECTORY}/00000001.journal`;

const recordOf = (text: string, bytes = text.length): JournalRecord => ({
  format: 'native',
  receivedAtMillis: 1,
  project: 'p',
  keyEnvironment: null,
  redactionVersion: 0,
  refused: [],
  body: Buffer.alloc(bytes, text),
});

const bytesOf = async (files: SimulatedFiles, path = FIRST_FILE): Promise<Buffer> =>
  (await files.readAll(path)) ?? Buffer.alloc(0);

/** A disk with the one file given. */
const diskWith = async (content: Uint8Array): Promise<SimulatedFiles> => {
  const files = createSimulatedFiles();
  await (await files.open(FIRST_FILE, { synced: true })).writeAt([content], 0);
  await files.syncDirectory(DIRECTORY);
  return files;
};

/** A journal's file with a commit for each text, and where each ends. */
const written = async (texts: readonly string[], bytes?: number): Promise<{ content: Buffer; ends: number[] }> => {
  const files = createSimulatedFiles();
  const journal = await openJournal({ files, directory: DIRECTORY });
  const ends = [journal.end().offset];
  for (const text of texts) {
    await journal.append(recordOf(text, bytes ?? text.length));
    ends.push(journal.end().offset);
  }
  return { content: await bytesOf(files), ends };
};

const recovered = async (files: SimulatedFiles) => {
  let corrupt = 0;
  const progress: [number, number][] = [];
  const journal = await openJournal({
    files,
    directory: DIRECTORY,
    onCorrupt: (records) => (corrupt += records),
    onProgress: (done, total) => progress.push([done, total]),
  });
  const reader = await openJournalReader({ files, directory: DIRECTORY });
  const texts: string[] = [];
  let corruptRead = 0;
  for (let position = journal.start(); ;) {
    const batch = await reader.read(position, journal.end(), 64);
    if (batch === null) return { journal, texts, corrupt, corruptRead, progress };
    texts.push(...batch.records.map(({ body }) => Buffer.from(body).subarray(0, 5).toString('utf8')));
    corruptRead += batch.corrupt;
    position = batch.end;
  }
};

const flip = (content: Buffer, at: number, mask = 0xff): Buffer => {
  const next = Buffer.from(content);
  next[at] = (next[at] as number) ^ mask;
  return next;
};

describe('a torn tail', () => {
  it('is cut wherever the last record breaks off, and nothing before it', async () => {
    const { content, ends } = await written(['first', 'other', 'third']);
    for (let length = ends[2]!; length < content.length; length++) {
      const files = await diskWith(content.subarray(0, length));
      const { texts, corrupt } = await recovered(files);
      expect({ length, texts, corrupt }).toEqual({ length, texts: ['first', 'other'], corrupt: 0 });
      expect((await bytesOf(files)).length).toBe(ends[2]);
    }
  });

  it('is cut though any byte of it was never written', async () => {
    const { content, ends } = await written(['first', 'other', 'third']);
    for (let at = ends[2]!; at < content.length; at++) {
      const { texts, corrupt } = await recovered(await diskWith(flip(content, at)));
      expect({ at, texts, corrupt }).toEqual({ at, texts: ['first', 'other'], corrupt: 0 });
    }
  });

  it('is cut with the whole records behind the tear, if one commit wrote them all', async () => {
    const files = createSimulatedFiles();
    const journal = await openJournal({ files, directory: DIRECTORY });
    await Promise.all(['first', 'other', 'third', 'fourt'].map((text) => journal.append(recordOf(text))));
    const content = await bytesOf(files);
    const { texts, corrupt } = await recovered(await diskWith(flip(content, content.indexOf('other'))));
    expect({ texts, corrupt }).toEqual({ texts: ['first'], corrupt: 0 });
  });

  it('does not bring to life what a body only quotes', async () => {
    const quoted = (await written(['quote'])).content;
    const files = createSimulatedFiles();
    const journal = await openJournal({ files, directory: DIRECTORY });
    await journal.append(recordOf('first'));
    await journal.append({ ...recordOf(''), body: quoted });
    const content = await bytesOf(files);
    const { texts } = await recovered(await diskWith(flip(content, content.length - 1)));
    expect(texts).toEqual(['first']);
  });
});

describe('damage to what was durable', () => {
  const TEXTS = ['first', 'other', 'third', 'fourt'];

  it('costs the record it is in, is reported, and loses nothing that follows', async () => {
    const { content, ends } = await written(TEXTS);
    for (let at = ends[1]!; at < ends[2]!; at++) {
      const { texts, corrupt, corruptRead } = await recovered(await diskWith(flip(content, at)));
      expect({ at, texts, corrupt, corruptRead }).toEqual({
        at,
        texts: ['first', 'third', 'fourt'],
        corrupt: 1,
        corruptRead: 1,
      });
    }
  });

  it('is stepped over in large records too, whatever length they seem to have', async () => {
    const { content, ends } = await written(TEXTS, 50_000);
    for (const mask of [1, 0x40, 0xff])
      for (let at = ends[1]!; at < ends[1]! + 16; at++) {
        const { texts, corruptRead } = await recovered(await diskWith(flip(content, at, mask)));
        expect({ at, texts, corruptRead }).toEqual({ at, texts: ['first', 'third', 'fourt'], corruptRead: 1 });
      }
  });

  it('of one copy of the header costs nothing', async () => {
    const { content, ends } = await written(TEXTS);
    for (let at = 0; at < ends[0]!; at += 4) {
      const { texts, corrupt } = await recovered(await diskWith(flip(content, at)));
      expect({ at, texts, corrupt }).toEqual({ at, texts: TEXTS, corrupt: 0 });
    }
  });

  it('of the checkpoint means reading all again', async () => {
    const files = await diskWith((await written(TEXTS)).content);
    await files.replace(`${DIRECTORY}/checkpoint`, Buffer.from('{"file":1,"off'));
    expect((await recovered(files)).texts).toEqual(TEXTS);
  });

  it('at the end of a file that others follow is not taken for a torn tail', async () => {
    const files = createSimulatedFiles();
    const journal = await openJournal({ files, directory: DIRECTORY, fileBytes: 1100 });
    for (const text of ['first', 'other', 'third']) await journal.append(recordOf(text, 200));
    const content = await bytesOf(files);
    await (await files.open(FIRST_FILE, { synced: true })).writeAt([flip(content, content.length - 1)], 0);
    const { texts, corrupt, corruptRead } = await recovered(files);
    expect({ texts, corrupt, corruptRead }).toEqual({ texts: ['other', 'third'], corrupt: 1, corruptRead: 1 });
  });
});

describe('opening', () => {
  it('tells how many bytes it has scanned of how many', async () => {
    const files = createSimulatedFiles();
    const journal = await openJournal({ files, directory: DIRECTORY, fileBytes: 1100 });
    for (const text of ['first', 'other', 'third']) await journal.append(recordOf(text, 200));
    const { progress } = await recovered(files);
    const total = progress[0]![1];
    expect(progress).toHaveLength(3);
    expect(progress.at(-1)).toEqual([total, total]);
  });

  it("refuses another version's journal by its number, and leaves it as it is", async () => {
    const { content } = await written(['first']);
    const newer = Buffer.from(content);
    const { crc32 } = await import('node:zlib');
    for (const copy of [newer.subarray(0, 512), newer.subarray(512, 1024)]) {
      copy.writeUInt16LE(9, 4);
      copy.writeUInt32LE(crc32(copy.subarray(0, 24)), 24);
    }
    const files = await diskWith(newer);
    await expect(openJournal({ files, directory: DIRECTORY })).rejects.toThrow('the journal has version 9');
    expect(await bytesOf(files)).toEqual(newer);
  });

  it('ignores other files in the directory', async () => {
    const files = createSimulatedFiles();
    await files.open(`${DIRECTORY}/notes.txt`);
    const { texts, journal } = await recovered(files);
    expect(texts).toEqual([]);
    expect(journal.health().files).toBe(0);
    expect(await files.list(DIRECTORY)).toContain('notes.txt');
  });
});
