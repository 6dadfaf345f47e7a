import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';

import { createAccess } from '../access/index.js';
import { type DirectoryHandlers, beginBackup, connectAdmin, endBackup } from '../admin/index.js';
import { dataPathsOf } from '../config/index.js';
import { lockDirectory } from '../journal/index.js';
import { openEmbeddedMetaStore } from '../meta/index.js';
import { copyData } from './copy-data.js';

/** Runs `work` as the only process on the directory, which is made (0700) where it is missing. */
export const withLock = async <T>(dataDir: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(dataDir);
  try {
    return await work();
  } finally {
    await lock.release();
  }
};

const withKeys = async <T>(
  dataDir: string,
  work: (handlers: DirectoryHandlers) => Promise<T>,
  now: () => number,
): Promise<T> => {
  const metaStore = openEmbeddedMetaStore({ path: dataPathsOf(dataDir).meta });
  try {
    const started = await createAccess({
      metaStore,
      host: 'localhost',
      adminKey: null,
      allowOrigins: [],
      admissions: [],
      now,
      randomBytes,
    });
    if (started.status === 'refused') throw new Error(started.message);
    const { access } = started;
    return await work({
      createKey: (wanted) => access.createKey(wanted),
      listKeys: () => access.listKeys(),
      revokeKey: (named) => access.revokeKey(named),
      backup: async (directory, onProgress) => {
        await beginBackup(directory);
        await copyData(dataDir, directory, onProgress);
        await endBackup(directory, now());
      },
    });
  } finally {
    await metaStore.close();
  }
};

/** Asks the collector that runs on the directory; where none does, works on the directory itself, under its lock. */
export const withAdmin = async <T>(
  dataDir: string,
  now: () => number,
  work: (handlers: DirectoryHandlers) => Promise<T>,
): Promise<T> => {
  const running = await connectAdmin(dataPathsOf(dataDir).adminSocket);
  return running === null ? withLock(dataDir, () => withKeys(dataDir, work, now)) : work(running);
};
