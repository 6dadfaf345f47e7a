import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startCollector } from './collector.js';
import { removeIndices } from './elasticsearch.js';

/** Runs `use` with a fresh data directory, which is removed afterwards, with what was made for it in Elasticsearch. */
export const withDataDir = async (use) => {
  const home = await mkdtemp(join(tmpdir(), 'noveum-bench-'));
  const dataDir = join(home, 'data');
  try {
    await mkdir(dataDir, { mode: 0o700 });
    return await use(dataDir, home);
  } finally {
    await removeIndices(dataDir);
    await rm(home, { recursive: true, force: true });
  }
};

/** Runs `use(dataDir, isFilled)` with the directory, which is made where it is missing and stays; null: with a fresh one. */
export const withKeptDataDir = async (dataDir, use) => {
  if (dataDir === null) return withDataDir((fresh) => use(fresh, false));
  const isFilled = existsSync(dataDir);
  if (!isFilled) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return use(dataDir, isFilled);
};

/** Runs `use` with a collector on a fresh data directory; both are gone afterwards. */
export const withCollector = (store, use, flags) =>
  withDataDir(async (dataDir, home) => {
    const collector = await startCollector(dataDir, store, flags);
    try {
      return await use(collector, home);
    } finally {
      await collector.stop();
    }
  });
