import { mkdir, open, readdir, readFile, rename, rmdir, stat, unlink, utimes } from 'node:fs/promises';

/** What the spool asks of a filesystem. Rejects as `node:fs` does. */
export interface SpoolFiles {
  /** 0700, and what is above it. */
  makeDirectory(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  /** Names, in no order. */
  list(path: string): Promise<string[]>;
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /** 0600; on disk when it resolves. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** In one step; rejects where there is no `from`. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  sizeBytes(path: string): Promise<number>;
  modifiedMillis(path: string): Promise<number>;
  touch(path: string, unixMillis: number): Promise<void>;
}

export const nodeSpoolFiles: SpoolFiles = {
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  removeDirectory: (path) => rmdir(path),
  list: (path) => readdir(path),
  read: (path) => readFile(path),
  async write(path, bytes) {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => unlink(path),
  sizeBytes: async (path) => (await stat(path)).size,
  modifiedMillis: async (path) => (await stat(path)).mtimeMs,
  touch: (path, unixMillis) => utimes(path, unixMillis / 1000, unixMillis / 1000),
};
