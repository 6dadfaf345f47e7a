import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const MARK = 'backup.json';
const VERSION = 1;

/** Makes `directory` (0700) or takes an empty one. Throws where it holds anything. */
export const beginBackup = async (directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const held = await readdir(directory);
  if (held.length > 0) throw new Error(`the backup directory must be empty, ${directory} holds ${held.length} entries`);
};

/** Marks a backup as whole, durably: one that broke off has no mark, and `restore` refuses it. */
export const endBackup = async (directory: string, nowMillis: number): Promise<void> => {
  const mark = await open(join(directory, MARK), 'wx', 0o600);
  await mark.writeFile(`${JSON.stringify({ version: VERSION, created_at: new Date(nowMillis).toISOString() })}\n`);
  await mark.sync();
  await mark.close();
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
};

/** Why `directory` can't be restored from, or null. */
export const backupObjection = async (directory: string): Promise<string | null> => {
  let mark: unknown;
  try {
    mark = JSON.parse(await readFile(join(directory, MARK), 'utf8'));
  } catch {
    return `${directory} holds no whole backup (${MARK} is missing)`;
  }
  const version = (mark as { version?: unknown } | null)?.version;
  return version === VERSION ? null : `${directory} is a backup of another version than ${VERSION}`;
};

/** Names in a data directory or backup that belong to a process or to the backup, not to the data. */
export const isData = (name: string): boolean => name !== MARK && name !== 'admin.sock' && !/^lock([.-]|$)/.test(name);
