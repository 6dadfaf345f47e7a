import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const BYTES_PER_BLOCK = 512;

/** Bytes that the files under a directory take on disk. A file that goes while we look counts as nothing. */
export const diskBytes = async (directory) => {
  let bytes = 0;
  for (const name of await readdir(directory, { recursive: true })) {
    const stats = await lstat(join(directory, name)).catch(() => undefined);
    if (stats?.isFile()) bytes += stats.blocks * BYTES_PER_BLOCK;
  }
  return bytes;
};
