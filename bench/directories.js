import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `work` in a directory of its own, which is removed afterwards. */
export const withDirectory = async (work) => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-bench-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

export const directoryBytes = async (directory) => {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true })) {
    const stats = await stat(join(directory, entry)).catch(() => null);
    if (stats?.isFile() === true) bytes += stats.size;
  }
  return bytes;
};
