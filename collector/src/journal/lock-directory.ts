import { chmod, readFile, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

/** Held until `release`, or until the process ends in any way. */
export interface DirectoryLock {
  release(): Promise<void>;
}

export class DirectoryInUse extends Error {
  readonly code = 'DIRECTORY_IN_USE';
}

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => (error as { errcode?: number }).errcode === SQLITE_BUSY;

/** Null where another connection, in this process or another, has it. */
const takeLock = (path: string): DatabaseSync | null => {
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
};

/**
 * Makes this process the only one on an existing directory; throws DirectoryInUse where it is not. The lock is the
 * kernel's on a file, taken by way of SQLite, as Node has no call for it: it is taken in one step and goes with the
 * process, so nothing left behind by a kill is ever mistaken for a holder, and no two can take it over at once.
 */
export const lockDirectory = async (directory: string): Promise<DirectoryLock> => {
  const path = `${directory}/lock`;
  const holder = `${directory}/lock.pid`;
  const database = takeLock(path);
  if (database === null) {
    const pid = await readFile(holder, 'utf8').catch(() => 'unknown');
    throw new DirectoryInUse(`the data directory ${directory} is in use by process ${pid.trim()}`);
  }
  await chmod(path, 0o600);
  await writeFile(holder, `${String(process.pid)}\n`, { mode: 0o600 });
  let isHeld = true;
  return {
    release() {
      if (isHeld) database.close();
      isHeld = false;
      return Promise.resolve();
    },
  };
};
