import { backup, DatabaseSync } from 'node:sqlite';

import type { Files } from '../../files/index.js';
import { dayName } from './day.js';
import { ERASURE_LOG_NAME } from './erasure-log.js';
import { indexPath } from './partitions.js';
import { openIndexForReading } from './schema.js';

interface BackupOptions {
  readonly files: Files;
  readonly directory: string;
  readonly days: readonly number[];
  /** An empty or missing directory. */
  readonly target: string;
  readonly onProgress: (done: number, total: number) => void;
}

const COPY_BYTES = 1024 * 1024;

/**
 * Copies each day's index first and its segments after: while upkeep rests segments only grow, so they hold all that
 * the copied index names. Durable once the promise resolves.
 */
export const backupStore = async (options: BackupOptions): Promise<void> => {
  const { files, directory, days, target, onProgress } = options;
  await files.makeDirectory(target);
  const held = await files.list(target);
  if (held.length > 0)
    throw new Error(`the backup directory must be empty, ${target} holds ${String(held.length)} entries`);
  let done = 0;
  for (const day of days) {
    await copyIndex(indexPath(directory, day), indexPath(target, day));
    const segments = (await files.list(directory)).filter(
      (name) => name.startsWith(`${dayName(day)}.`) && name.endsWith('.segment'),
    );
    for (const name of segments) await copyFile(files, `${directory}/${name}`, `${target}/${name}`);
    onProgress(++done, days.length);
  }
  if ((await files.list(directory)).includes(ERASURE_LOG_NAME))
    await copyDatabase(
      new DatabaseSync(`${directory}/${ERASURE_LOG_NAME}`, { readOnly: true }),
      `${target}/${ERASURE_LOG_NAME}`,
    );
  await files.syncDirectory(target);
};

/**
 * By a connection of its own, for the writer may close its own at any time. It holds one state for as long as the
 * copy takes: else each commit of the writer would make the copy begin anew.
 */
const copyIndex = async (from: string, to: string): Promise<void> => {
  const source = openIndexForReading(from);
  // Nothing was ever written to a day whose making a crash cut short.
  if (source !== null) await copyDatabase(source, to);
};

const copyDatabase = async (source: DatabaseSync, to: string): Promise<void> => {
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM meta').get();
    await backup(source, to);
  } finally {
    source.close();
  }
};

const copyFile = async (files: Files, from: string, to: string): Promise<void> => {
  const source = await files.openForReading(from);
  const copy = await files.open(to);
  const size = await source.size();
  for (let at = 0; at < size; at += COPY_BYTES) {
    const chunk = Buffer.allocUnsafe(Math.min(COPY_BYTES, size - at));
    await source.read(chunk, at);
    await copy.writeAt([chunk], at);
  }
  await copy.datasync();
  await copy.close();
  await source.close();
};
