import fs from 'node:fs';
import { open, mkdir, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

import type { AppendableFile, Files, ReadableFile } from './files.js';

/** The kernel takes no more parts in one call (IOV_MAX). */
const MAX_PARTS = 1000;
const READ_WRITE_CREATE = fs.constants.O_RDWR | fs.constants.O_CREAT;
const { O_DSYNC } = fs.constants;
const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;

const writev = promisify(fs.writev);
const fdatasync = promisify(fs.fdatasync);

const isMissing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

const readable = (handle: FileHandle): ReadableFile => ({
  async read(target, position) {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await handle.read(target, filled, target.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  },
  size: async () => (await handle.stat()).size,
  close: () => handle.close(),
});

const bytesOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/** What of the parts is left after `written` bytes of them. */
const rest = (parts: readonly Uint8Array[], written: number): Uint8Array[] => {
  let skip = written;
  return parts.flatMap((part) => {
    const left = part.subarray(Math.min(skip, part.length));
    skip = Math.max(0, skip - part.length);
    return left.length === 0 ? [] : [left];
  });
};

const writeAll = async (fd: number, parts: readonly Uint8Array[], position: number): Promise<void> => {
  let left: readonly Uint8Array[] = parts;
  let at = position;
  while (left.length > 0) {
    const group = left.slice(0, MAX_PARTS);
    const { bytesWritten } = await writev(fd, group, at);
    if (bytesWritten === 0 && bytesOf(group) > 0)
      throw Object.assign(new Error('nothing was written'), { code: 'EIO' });
    at += bytesWritten;
    left = bytesWritten === bytesOf(group) ? left.slice(MAX_PARTS) : rest(left, bytesWritten);
  }
};

const appendable = (handle: FileHandle): AppendableFile => ({
  ...readable(handle),
  writeAt: (parts, position) => writeAll(handle.fd, parts, position),
  datasync: () => fdatasync(handle.fd),
  truncate: (length) => handle.truncate(length),
});

const syncDirectory = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Makes what lies between `top`, the first directory that was new, and `path` durable. */
const syncParents = async (top: string, path: string): Promise<void> => {
  const last = dirname(resolve(top));
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    await syncDirectory(at);
    if (at === last || at === dirname(at)) return;
  }
};

/** The machine's own filesystem. Files are made 0600, directories 0700. */
export const createDiskFiles = (): Files => ({
  async makeDirectory(path) {
    const top = await mkdir(path, { recursive: true, mode: PRIVATE_DIRECTORY });
    if (top !== undefined) await syncParents(top, path);
  },
  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  open: async (path, options) =>
    appendable(await open(path, READ_WRITE_CREATE | (options?.synced === true ? O_DSYNC : 0), PRIVATE_FILE)),
  openForReading: async (path) => readable(await open(path, 'r')),
  remove: (path) => rm(path, { force: true }),
  async replace(path, content) {
    const temporary = `${path}.new`;
    const handle = await open(temporary, 'w', PRIVATE_FILE);
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  },
  async readAll(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  syncDirectory,
});
