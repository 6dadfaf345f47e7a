import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiskFiles, createSimulatedFiles, type Files } from './index.js';

const textOf = async (files: Files, path: string): Promise<string | null> =>
  (await files.readAll(path))?.toString('utf8') ?? null;

describe.each([
  ['the disk', createDiskFiles],
  ['the simulator', createSimulatedFiles],
])('files on %s', (_name, create: () => Files) => {
  let files: Files;
  let root: string;
  beforeEach(async () => {
    files = create();
    root = await mkdtemp(join(tmpdir(), 'noveum-files-'));
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it.each([false, true])(
    'keep what was written in many parts, more than one call takes (synced: %s)',
    async (synced) => {
      const file = await files.open(`${root}/a`, { synced });
      const parts = Array.from({ length: 2500 }, (_, index) => Buffer.from(`${String(index)},`));
      await file.writeAt([Buffer.from('head:')], 0);
      await file.writeAt(parts, 5);
      await file.datasync();
      await file.close();
      expect(await textOf(files, `${root}/a`)).toBe(`head:${parts.join('')}`);
    },
  );

  it('accept parts without bytes, and no parts', async () => {
    const file = await files.open(`${root}/a`);
    await file.writeAt([Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(0)], 0);
    await file.writeAt([], 1);
    await file.writeAt([Buffer.alloc(0)], 1);
    await file.close();
    expect(await textOf(files, `${root}/a`)).toBe('x');
  });

  it('are read from a position, fewer bytes only at their end', async () => {
    const file = await files.open(`${root}/a`);
    await file.writeAt([Buffer.from('0123456789')], 0);
    const target = Buffer.alloc(4);
    expect(await file.read(target, 3)).toBe(4);
    expect(target.toString()).toBe('3456');
    expect(await file.read(target, 8)).toBe(2);
    expect(await file.read(target, 50)).toBe(0);
    expect(await file.size()).toBe(10);
    await file.close();
  });

  it('are cut, and opened again as they were', async () => {
    const file = await files.open(`${root}/a`);
    await file.writeAt([Buffer.from('0123456789')], 0);
    await file.truncate(4);
    await file.close();
    const again = await files.open(`${root}/a`);
    expect(await again.size()).toBe(4);
    await again.close();
  });

  it('are listed, replaced and removed; one that is missing is no error but to open', async () => {
    await files.makeDirectory(`${root}/deep/er`);
    expect(await files.list(`${root}/deep/er`)).toEqual([]);
    expect(await files.list(`${root}/nowhere`)).toEqual([]);
    await files.replace(`${root}/deep/er/a`, Buffer.from('one'));
    await files.replace(`${root}/deep/er/a`, Buffer.from('2'));
    await files.syncDirectory(`${root}/deep/er`);
    expect(await files.list(`${root}/deep/er`)).toEqual(['a']);
    expect(await textOf(files, `${root}/deep/er/a`)).toBe('2');
    await files.remove(`${root}/deep/er/a`);
    await files.remove(`${root}/deep/er/a`);
    expect(await textOf(files, `${root}/deep/er/a`)).toBeNull();
    await expect(files.openForReading(`${root}/deep/er/a`)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('files on the disk', () => {
  it("are the owner's alone", async () => {
    const root = await mkdtemp(join(tmpdir(), 'noveum-files-'));
    const files = createDiskFiles();
    await files.makeDirectory(`${root}/data`);
    await (await files.open(`${root}/data/a`)).close();
    await files.replace(`${root}/data/b`, Buffer.from('x'));
    const modes = await Promise.all(['data', 'data/a', 'data/b'].map((name) => stat(join(root, name))));
    expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o700, 0o600, 0o600]);
    await rm(root, { recursive: true });
  });
});

describe('the simulator, when the power goes', () => {
  const PATH = '/data/a';
  /** Over many crashes, what is found of the file. */
  const found = async (prepare: (files: ReturnType<typeof createSimulatedFiles>) => Promise<void>) => {
    const texts = new Set<string | null>();
    let state = 7;
    const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    for (let crash = 0; crash < 200; crash++) {
      const files = createSimulatedFiles({ random });
      await prepare(files);
      texts.add(await textOf(files.crash(), PATH));
    }
    return texts;
  };

  it('keeps what was synced with its name', async () => {
    const texts = await found(async (files) => {
      const file = await files.open(PATH);
      await file.writeAt([Buffer.from('kept')], 0);
      await file.datasync();
      await files.syncDirectory('/data');
    });
    expect([...texts]).toEqual(['kept']);
  });

  it('may lose a name whose directory was not synced, though its bytes were', async () => {
    const texts = await found(async (files) => {
      await (await files.open(PATH, { synced: true })).writeAt([Buffer.from('kept')], 0);
    });
    expect(texts).toEqual(new Set(['kept', null]));
  });

  it('may keep a later write and lose an earlier one', async () => {
    const texts = await found(async (files) => {
      const file = await files.open(PATH);
      await files.syncDirectory('/data');
      await file.writeAt([Buffer.from('a')], 0);
      await file.writeAt([Buffer.from('b')], 1);
    });
    expect(texts).toEqual(new Set(['ab', 'a', '\0b', '']));
  });

  it('does not make durable by a later sync what a failed one has lost', async () => {
    const texts = await found(async (files) => {
      const file = await files.open(PATH);
      await files.syncDirectory('/data');
      await file.writeAt([Buffer.from('a')], 0);
      files.fail({ code: 'EIO', operations: ['datasync'] });
      await expect(file.datasync()).rejects.toMatchObject({ code: 'EIO' });
      await file.datasync();
      expect(await textOf(files, PATH)).toBe('a');
    });
    expect(texts).toEqual(new Set(['a', '']));
  });

  it('takes no more calls on the disk as it was', async () => {
    const files = createSimulatedFiles();
    files.crash();
    await expect(files.list('/data')).rejects.toMatchObject({ code: 'ECRASHED' });
  });

  it('fails the calls it is told to, and those only', async () => {
    const files = createSimulatedFiles();
    const file = await files.open(PATH);
    files.fail({ code: 'ENOSPC', operations: ['write'], after: 1, times: 2 });
    const outcomes: string[] = [];
    for (let call = 0; call < 4; call++)
      outcomes.push(
        await file.writeAt([Buffer.from('x')], call).then(
          () => 'ok',
          (error: unknown) => (error as { code: string }).code,
        ),
      );
    expect(outcomes).toEqual(['ok', 'ENOSPC', 'ENOSPC', 'ok']);
  });
});
