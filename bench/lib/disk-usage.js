import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { indexBytes } from './elasticsearch.js';

const BYTES_PER_BLOCK = 512;

/**
 * Bytes that a collector's data directory takes on disk, and its indices where it has some in Elasticsearch. A file that
 * goes while we look counts as nothing.
 */
export const diskBytes = async (directory) => {
  let bytes = await indexBytes(directory);
  for (const name of await readdir(directory, { recursive: true })) {
    const stats = await lstat(join(directory, name)).catch(() => undefined);
    if (stats?.isFile()) bytes += stats.blocks * BYTES_PER_BLOCK;
  }
  return bytes;
};
