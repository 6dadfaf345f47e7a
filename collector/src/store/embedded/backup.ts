import { backup } from 'node:sqlite';

import type { Files } from '../../files/index.js';
import { dayName } from './day.js';
import { indexPath, type Partitions } from './partitions.js';

interface BackupOptions {
  readonly files: Files;
  readonly directory: string;
  readonly partitions: Partitions;
  /** An empty or missing directory. */
  readonly target: string;
  readonly onProgress: (done: number, total: number) => void;
}

const COPY_BYTES = 1024 * 1024;

/**
 * Copies each day's index first and its segments after: segments only grow, so they hold all that the copied
 * index names. Durable once the promise resolves.
 */
export const backupStore = async (options: BackupOptions): Promise<void> => {
  const { files, directory, partitions, target, onProgress } = options;
  await files.makeDirectory(target);
  const held = await files.list(target);
  if (held.length > 0)
    throw new Error(`the backup directory must be empty, ${target} holds ${String(held.length)} entries`);
  const days = partitions.days();
  let done = 0;
  for (const day of days) {
    const { index } = await partitions.open(day);
    await backup(index.database, indexPath(target, day));
    const segments = (await files.list(directory)).filter(
      (name) => name.startsWith(`${dayName(day)}.`) && name.endsWith('.segment'),
    );
    for (const name of segments) await copyFile(files, `${directory}/${name}`, `${target}/${name}`);
    onProgress(++done, days.length);
  }
  await files.syncDirectory(target);
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
