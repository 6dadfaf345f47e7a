import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { describeMetaStore } from './contract/meta-store-contract.js';
import { createMemoryMetaStore, type MetaStore, openEmbeddedMetaStore } from './index.js';

describeMetaStore('memory', async () => ({
  store: createMemoryMetaStore(),
  reopen: null,
  dispose: async () => undefined,
}));

describeMetaStore('embedded', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'noveum-meta-'));
  const path = join(directory, 'meta.sqlite');
  let store: MetaStore = openEmbeddedMetaStore({ path });
  return {
    store,
    reopen: async () => {
      await store.close();
      store = openEmbeddedMetaStore({ path });
      return store;
    },
    dispose: async () => {
      await store.close();
      rmSync(directory, { recursive: true });
    },
  };
});

describe('the file of the embedded meta store', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'noveum-meta-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const KEY = {
    hash: 'ab',
    hint: 'nv_dev_ab',
    project: 'p',
    environment: 'dev',
    role: 'read',
    status: 'active',
    createdAt: '2026-11-21T00:00:00.000Z',
    expiresAt: null,
  } as const;

  test("is the owner's alone, even where it lay open before, with what SQLite puts beside it", async () => {
    const path = join(directory, 'meta.sqlite');
    writeFileSync(path, '', { mode: 0o644 });
    const store = openEmbeddedMetaStore({ path });
    await store.addKey(KEY);
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test('is refused where a later version has written it', () => {
    const path = join(directory, 'meta.sqlite');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openEmbeddedMetaStore({ path })).toThrow('of version 99');
  });

  test('is copied whole while in use', async () => {
    const store = openEmbeddedMetaStore({ path: join(directory, 'meta.sqlite') });
    await store.addKey(KEY);
    const target = join(directory, 'copy.sqlite');
    await store.backup(target);
    await store.close();
    const copy = openEmbeddedMetaStore({ path: target });
    expect(await copy.listKeys()).toEqual([KEY]);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    await copy.close();
  });
});
