import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { isData, type OnProgress } from '../admin/index.js';

const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
};

/** Copies all data files of one directory, which nobody writes, into another; durable once it resolves. */
export const copyData = async (from: string, to: string, onProgress: OnProgress): Promise<void> => {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && isData(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1))
    .toSorted();
  const directories = new Set([to]);
  let done = 0;
  for (const name of names) {
    const target = join(to, name);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(join(from, name), target, constants.COPYFILE_EXCL);
    await syncPath(target);
    directories.add(dirname(target));
    onProgress(++done, names.length);
  }
  for (const directory of directories) await syncPath(directory);
};
