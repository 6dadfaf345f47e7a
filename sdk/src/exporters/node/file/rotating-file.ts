import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a file of lines asks of a filesystem. Rejects as `node:fs` does. */
export interface LineFiles {
  /** 0; there is none. */
  sizeBytes(path: string): Promise<number>;
  /** Makes the file, readable for its owner alone, and the folders above it. Takes a part that was written away again. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

const isMissing = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'ENOENT';

export const nodeLineFiles: LineFiles = {
  sizeBytes: (path) =>
    stat(path).then(
      ({ size }) => size,
      (error: unknown) => {
        if (isMissing(error)) return 0;
        throw error;
      },
    ),
  async append(path, bytes) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a', 0o600);
    try {
      const { size } = await file.stat();
      await file.writeFile(bytes).catch(async (error: unknown) => {
        await file.truncate(size).catch(() => undefined);
        throw error;
      });
    } finally {
      await file.close();
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
};

export interface RotatingFileOptions {
  readonly path: string;
  /** Above it the file becomes `<path>.1`, that `<path>.2`, and so on. */
  readonly maxBytes: number;
  /** The oldest beyond so many, the one written to among them, is removed. */
  readonly maxFiles: number;
  readonly files: LineFiles;
}

/** Appends in the order of the calls, each piece as a whole in one file. Rejects as the filesystem does. */
export const createRotatingFile = ({ path, maxBytes, maxFiles, files }: RotatingFileOptions) => {
  let working: Promise<void> = Promise.resolve();

  const rotate = async (): Promise<void> => {
    const nameOf = (number: number): string => (number === 0 ? path : `${path}.${String(number)}`);
    await files.remove(nameOf(maxFiles - 1));
    for (let number = maxFiles - 1; number > 0; number--)
      await files.rename(nameOf(number - 1), nameOf(number)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
  };

  const appendNow = async (bytes: Uint8Array): Promise<void> => {
    const size = await files.sizeBytes(path);
    if (size > 0 && size + bytes.length > maxBytes) await rotate();
    await files.append(path, bytes);
  };

  return {
    append(bytes: Uint8Array): Promise<void> {
      const appended = working.then(() => appendNow(bytes));
      working = appended.catch(() => undefined);
      return appended;
    },
    /** Resolves when all that was given is written. */
    idle: (): Promise<void> => working,
  };
};
