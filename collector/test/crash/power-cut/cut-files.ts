import type { AppendableFile, Files, ReadableFile, SimulatedFiles } from '../../../src/files/index.js';
import { type IndexDisk, type IndexImage, isIndexName, isSame } from './index-disk.js';

/**
 * Where the power goes: `before` the operation with that number has any effect, `after` it had all of it and nobody
 * heard of it, or in the midst of the first commit of an index that follows it (`torn`).
 */
export interface Cut {
  readonly operation: number;
  readonly style: 'before' | 'after' | 'torn';
}

export interface CutFiles extends Files {
  /** The power goes now, if it is there. */
  cutNow(): void;
  /** Fails all that waits since then, so that what is left of the old life comes to an end. */
  bury(): void;
}

interface CutFilesOptions {
  readonly files: SimulatedFiles;
  readonly index: IndexDisk;
  readonly storeDirectory: string;
  /** Null: the power stays. */
  readonly cut: Cut | null;
  /** In the moment of the cut, with what it leaves of the index files; nothing has any effect from then on. */
  readonly onCut: (image: IndexImage) => void;
}

/** Then it goes without one: in many lives no commit follows, and each look for one reads all files. */
const MAX_OPERATIONS_BEFORE_COMMIT = 20;

/** The simulated disk, with the index files of the store on the machine's own, until the power goes. */
export const createCutFiles = ({ files, index, storeDirectory, cut, onCut }: CutFilesOptions): CutFiles => {
  let operations = 0;
  let operationsBeforeCommit = 0;
  let beforeCommit: IndexImage | null = null;
  let isDead = false;
  let isBuried = false;
  let waiting: ((error: Error) => void)[] = [];
  const isGone = (): boolean => isDead;

  /** The thread that asked is gone with the power. */
  const never = <T>(): Promise<T> =>
    isBuried ? Promise.reject(new Error('buried')) : new Promise<T>((_, reject) => waiting.push(reject));

  const die = (image: () => IndexImage): void => {
    if (isDead) return;
    isDead = true;
    onCut(image());
  };

  const dieIfCommitted = (): void => {
    const before = beforeCommit;
    if (before === null || isDead) return;
    if (!isSame(before, index.image())) die(() => index.afterTornCommit(before));
    else if (++operationsBeforeCommit > MAX_OPERATIONS_BEFORE_COMMIT) die(index.afterCut);
  };

  const operate = async <T>(run: () => Promise<T>): Promise<T> => {
    dieIfCommitted();
    const styleHere = ++operations === cut?.operation ? cut.style : null;
    if (styleHere === 'before') die(index.afterCut);
    if (isGone()) return never();
    const result = await run().catch((error: unknown) => {
      if (isGone()) return never<T>();
      throw error;
    });
    dieIfCommitted();
    if (styleHere === 'after') die(index.afterCut);
    if (styleHere === 'torn' && !isGone()) beforeCommit = index.image();
    return isGone() ? never() : result;
  };

  const readable = (file: ReadableFile): ReadableFile => ({
    read: (target, position) => operate(() => file.read(target, position)),
    size: () => operate(() => file.size()),
    close: () => Promise.resolve(),
  });

  const appendable = (file: AppendableFile): AppendableFile => ({
    ...readable(file),
    writeAt: (parts, position) => operate(() => file.writeAt(parts, position)),
    datasync: () => operate(() => file.datasync()),
    truncate: (length) => operate(() => file.truncate(length)),
  });

  const indexNameOf = (path: string): string | null => {
    const name = path.slice(storeDirectory.length + 1);
    return path.startsWith(`${storeDirectory}/`) && isIndexName(name) ? name : null;
  };

  const indexFile = (name: string): ReadableFile => ({
    read: () => Promise.reject(new Error('an index is read by SQLite alone')),
    size: () => operate(() => Promise.resolve(index.size(name))),
    close: () => Promise.resolve(),
  });

  const syncDirectory = async (path: string): Promise<void> => {
    try {
      await files.syncDirectory(path);
    } catch (error) {
      if (path === storeDirectory && !isGone()) index.sync(true);
      throw error;
    }
    if (path === storeDirectory && !isGone()) index.sync(false);
  };

  return {
    makeDirectory: () => Promise.resolve(),
    list: (path) =>
      operate(async () => [...(await files.list(path)), ...(path === storeDirectory ? index.names() : [])]),
    open: async (path, options) => appendable(await operate(() => files.open(path, options))),
    async openForReading(path) {
      const name = indexNameOf(path);
      return name === null ? readable(await operate(() => files.openForReading(path))) : indexFile(name);
    },
    remove(path) {
      const name = indexNameOf(path);
      if (name === null) return operate(() => files.remove(path));
      return operate(() => {
        index.remove(name);
        return Promise.resolve();
      });
    },
    replace: (path, content) => operate(() => files.replace(path, content)),
    readAll: (path) => operate(() => files.readAll(path)),
    syncDirectory: (path) => operate(() => syncDirectory(path)),
    cutNow() {
      die(index.afterCut);
    },
    bury() {
      isBuried = true;
      for (const fail of waiting) fail(new Error('buried'));
      waiting = [];
    },
  };
};
