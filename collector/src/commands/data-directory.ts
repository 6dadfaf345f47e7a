import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';

import { createAccess } from '../access/index.js';
import { type DirectoryHandlers, beginBackup, connectAdmin, endBackup, NO_BACKUP } from '../admin/index.js';
import { type CollectorConfig, dataPathsOf } from '../config/index.js';
import { lockDirectory } from '../journal/index.js';
import { copyData } from './copy-data.js';
import type { World } from './world.js';

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

type Work<T> = (handlers: DirectoryHandlers) => Promise<T>;

const withKeys = async <T>(config: CollectorConfig, { now, openKeys }: World, work: Work<T>): Promise<T> => {
  const { dataDir, store } = config;
  const metaStore = await openKeys(config);
  try {
    const started = await createAccess({
      metaStore,
      shared: null,
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
        if (store === 'elasticsearch') throw new Error(NO_BACKUP);
        await beginBackup(directory);
        await copyData(dataDir, directory, onProgress);
        await endBackup(directory, now());
      },
    });
  } finally {
    await metaStore.close();
  }
};

/**
 * Asks the collector that runs on the directory; where none does, works on the directory itself, under its lock, or on
 * the cluster, whose keys need none.
 */
export const withAdmin = async <T>(config: CollectorConfig, world: World, work: Work<T>): Promise<T> => {
  const running = await connectAdmin(dataPathsOf(config.dataDir).adminSocket);
  if (running !== null) return work(running);
  const ourselves = () => withKeys(config, world, work);
  return config.store === 'elasticsearch' ? ourselves() : withLock(config.dataDir, ourselves);
};
