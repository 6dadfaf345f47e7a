import type { AppendableFile, Files } from '../files/index.js';
import { encodeFileHeader, FILE_HEADER_BYTES, fileName } from './file-header.js';
import { writeCheckpoint } from './checkpoint.js';
import type { JournalPosition } from './journal.js';
import { oneAtATime } from './one-at-a-time.js';
import { type EncodedRecord, sealRecord } from './record-codec.js';
import type { Recovered } from './recover.js';

export interface JournalFilesOptions {
  readonly files: Files;
  readonly directory: string;
  readonly fileBytes: number;
  readonly newSalt: () => number;
  readonly recovered: Recovered;
}

/** The files one after the other. One call at a time, but for `release` and what only looks. */
export interface JournalFiles {
  /** Durable once it resolves. Rejects with the disk's error; nothing of the group is then read back. */
  write(group: readonly EncodedRecord[]): Promise<void>;
  /** Sees to it that there is a file to write to: as cheap as a write that proves the disk can be. */
  begin(): Promise<void>;
  /** The next write begins a new file. */
  finish(): Promise<void>;
  /** As `finish`, and what is durable ends in the new file. */
  seal(): Promise<void>;
  /** As `finish`, where nobody needs what the file holds: gives back its bytes though a reader may have it open. */
  discard(): Promise<void>;
  /** Remembers the position and removes the files before `first`. Rejects with an error of the disk, having tried both. */
  release(position: JournalPosition, first: number): Promise<void>;
  end(): JournalPosition;
  /** Files before the given one, or all. */
  count(before?: number): number;
  /** Bytes of records from the position on. */
  heldBytes(from: JournalPosition): number;
}

const quietly = (step: Promise<unknown>): Promise<void> =>
  step.then(
    () => undefined,
    () => undefined,
  );

export const createJournalFiles = (options: JournalFilesOptions): JournalFiles => {
  const { files, directory, fileBytes, newSalt, recovered } = options;
  const ends = new Map(recovered.ends);
  let recordBytes = [...ends.values()].reduce((sum, fileEnd) => sum + fileEnd - FILE_HEADER_BYTES, 0);
  /** Of the files before the one that was last asked from: they don't change, and asking is frequent. */
  let before = { file: 0, bytes: 0 };
  let { previous, nextFile: number } = recovered;
  let offset = FILE_HEADER_BYTES;
  /** Of what is durable; a new file counts once something is in it, for until then nothing bounds the last one. */
  let end: JournalPosition = previous.file === 0 ? { file: number, offset } : previous;
  let current: { readonly file: AppendableFile; readonly salt: number } | null = null;

  /**
   * Changes of names take turns with their syncs: one that fails may lose all names not yet synced, so that a new
   * file's would be lost by another's failure, and its own sync then find nothing to do.
   */
  const changeNames = oneAtATime();

  const create = async (path: string, header: Buffer): Promise<AppendableFile> => {
    const file = await files.open(path, { synced: true });
    try {
      await file.writeAt([header], 0);
      await files.syncDirectory(directory);
      return file;
    } catch (error) {
      await quietly(file.close());
      await quietly(files.remove(path));
      throw error;
    }
  };

  const open = async (): Promise<{ readonly file: AppendableFile; readonly salt: number }> => {
    if (current !== null) return current;
    const salt = newSalt();
    const path = `${directory}/${fileName(number)}`;
    const header = encodeFileHeader({ file: number, salt, previous });
    try {
      current = { file: await changeNames(() => create(path, header)), salt };
    } catch (error) {
      // Under the same name it could seem durable to a later sync, and not be.
      number++;
      throw error;
    }
    ends.set(number, FILE_HEADER_BYTES);
    return current;
  };

  const leave = (): AppendableFile | null => {
    if (current === null) return null;
    const { file } = current;
    current = null;
    previous = { file: number, offset };
    number++;
    offset = FILE_HEADER_BYTES;
    return file;
  };

  const finish = async (): Promise<void> => {
    const file = leave();
    if (file !== null) await quietly(file.close());
  };

  /**
   * After a failed write the page cache can't be trusted: the file is cut where it was good, and not written again.
   * If even that fails, the header of the next one says where it ends.
   */
  const abandon = async (): Promise<void> => {
    const goodBytes = offset;
    const file = leave();
    if (file === null) return;
    try {
      await file.truncate(goodBytes);
      await file.datasync();
    } catch {
      await quietly(open());
    }
    await quietly(file.close());
  };

  const bytesBefore = (first: number): number => {
    let bytes = 0;
    for (const [each, fileEnd] of ends) if (each < first) bytes += fileEnd - FILE_HEADER_BYTES;
    return bytes;
  };

  const removeBefore = async (first: number): Promise<void> => {
    const needless = [...ends].filter(([each]) => each < first);
    for (const [each, fileEnd] of needless) {
      await files.remove(`${directory}/${fileName(each)}`);
      if (ends.delete(each)) recordBytes -= fileEnd - FILE_HEADER_BYTES;
      before = { file: 0, bytes: 0 };
    }
    if (needless.length > 0) await files.syncDirectory(directory);
  };

  return {
    async write(group) {
      if (offset >= fileBytes) await finish();
      const { file, salt } = await open();
      const groupStart = offset;
      const parts = group.flatMap((record) => sealRecord(record, salt, groupStart));
      try {
        await file.writeAt(parts, offset);
      } catch (error) {
        await abandon();
        throw error;
      }
      for (const { bytes } of group) offset += bytes;
      recordBytes += offset - groupStart;
      ends.set(number, offset);
      end = { file: number, offset };
    },
    async begin() {
      await open();
    },
    finish,
    async seal() {
      const file = leave();
      end = { file: number, offset };
      if (file !== null) await quietly(file.close());
    },
    async discard() {
      const file = leave();
      end = { file: number, offset };
      if (file === null) return;
      await quietly(file.truncate(0));
      await quietly(file.close());
    },
    release: (position, first) =>
      changeNames(async () => {
        // On a full disk the checkpoint fails, and only removing files can cure that; then more is drained again, once.
        const results = [
          ...(await Promise.allSettled([writeCheckpoint(files, directory, position)])),
          ...(await Promise.allSettled([removeBefore(first)])),
        ];
        for (const result of results) if (result.status === 'rejected') throw result.reason;
      }),
    end: () => end,
    count: (before = Infinity) => [...ends.keys()].filter((each) => each < before).length,
    heldBytes(from) {
      if (before.file !== from.file) before = { file: from.file, bytes: bytesBefore(from.file) };
      const inFile = Math.min(from.offset, ends.get(from.file) ?? FILE_HEADER_BYTES) - FILE_HEADER_BYTES;
      return recordBytes - before.bytes - inFile;
    },
  };
};
