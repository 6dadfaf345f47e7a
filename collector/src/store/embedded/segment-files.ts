import { existsSync } from 'node:fs';

import type { AppendableFile, Files, ReadableFile } from '../../files/index.js';
import { decodeBlock } from './block.js';
import type { Place } from './stored-fragment.js';

export const segmentPath = (directory: string, dayName: string, segment: number): string =>
  `${directory}/${dayName}.${String(segment)}.segment`;

const OPEN_FILES = 64;

/** Raw bytes of blocks that are kept: traces that began at one time lie in a few blocks, in no order. */
const KEPT_BYTES = 12 * 1024 * 1024;

/** Reads blocks out of segment files; keeps the latest, since the fragments of a trace lie side by side. */
export interface BlockReader {
  payload(dayName: string, place: Place): Promise<Buffer>;
  /** Closes the files of segments that were removed: until then the disk doesn't get their space back. */
  letGo(): Promise<void>;
  /** Forgets the open file of a segment that was removed. */
  forget(dayName: string): Promise<void>;
  close(): Promise<void>;
}

export const createBlockReader = (files: Files, directory: string): BlockReader => {
  const open = new Map<string, ReadableFile>();
  const kept = new Map<string, Buffer>();
  let keptBytes = 0;
  let turn: Promise<void> = Promise.resolve();

  const fileOf = async (path: string): Promise<ReadableFile> => {
    const held = open.get(path);
    if (held !== undefined) return held;
    for (const [oldest, file] of open) {
      if (open.size < OPEN_FILES) break;
      open.delete(oldest);
      await file.close();
    }
    const file = await files.openForReading(path);
    open.set(path, file);
    return file;
  };

  const readRaw = async (path: string, place: Place): Promise<Buffer> => {
    const block = `${path}@${String(place.block)}`;
    const held = kept.get(block);
    if (held !== undefined) {
      kept.delete(block);
      kept.set(block, held);
      return held;
    }
    const bytes = Buffer.allocUnsafeSlow(place.blockLength);
    await (await fileOf(path)).read(bytes, place.block);
    const read = decodeBlock(bytes);
    kept.set(block, read);
    keptBytes += read.length;
    for (const [oldest, { length }] of kept) {
      if (keptBytes <= KEPT_BYTES || oldest === block) break;
      kept.delete(oldest);
      keptBytes -= length;
    }
    return read;
  };

  const forgetBlocks = (): void => {
    kept.clear();
    keptBytes = 0;
  };

  /** One after the other, so that no file is opened twice, nor closed under a read. */
  const raw = (path: string, place: Place): Promise<Buffer> => {
    const reading = turn.then(() => readRaw(path, place));
    turn = reading.then(
      () => undefined,
      () => undefined,
    );
    return reading;
  };

  return {
    async payload(dayName, place) {
      const block = await raw(segmentPath(directory, dayName, place.segment), place);
      return Buffer.from(block.subarray(place.offset, place.offset + place.length));
    },
    async letGo() {
      await turn;
      for (const [path, file] of [...open]) {
        if (existsSync(path) || open.get(path) !== file) continue;
        forgetBlocks();
        open.delete(path);
        await file.close();
      }
    },
    async forget(dayName) {
      await turn;
      forgetBlocks();
      for (const [path, file] of [...open]) {
        if (!path.startsWith(`${directory}/${dayName}.`)) continue;
        open.delete(path);
        await file.close();
      }
    },
    async close() {
      await turn;
      for (const file of open.values()) await file.close();
      open.clear();
    },
  };
};

/** Appends blocks to one segment file. */
export interface SegmentAppender {
  readonly segment: number;
  /** Where the next block will begin. */
  end(): number;
  /** Durable once the promise resolves. */
  append(parts: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** After a sync that failed a later one could find nothing to do, and the name be lost: it is made anew then. */
const keepName = async (files: Files, directory: string, path: string, file: AppendableFile): Promise<void> => {
  try {
    await files.syncDirectory(directory);
  } catch (error) {
    await file.close();
    await files.remove(path);
    throw error;
  }
};

/** Cuts off what was appended and never committed: nothing names it, so nothing would ever erase it. */
const cutUncommitted = async (file: AppendableFile, committedEnd: number | null): Promise<number> => {
  const size = await file.size();
  if (committedEnd === null || size <= committedEnd) return size;
  await file.truncate(committedEnd);
  return committedEnd;
};

/** `committedEnd`: where the index says that the segment ends; null: it doesn't know. */
export const openSegmentAppender = async (
  files: Files,
  directory: string,
  dayName: string,
  segment: number,
  committedEnd: number | null,
): Promise<SegmentAppender> => {
  const path = segmentPath(directory, dayName, segment);
  const file: AppendableFile = await files.open(path);
  let end = await cutUncommitted(file, committedEnd);
  if (end === 0) await keepName(files, directory, path, file);
  return {
    segment,
    end: () => end,
    async append(parts) {
      await file.writeAt(parts, end);
      await file.datasync();
      for (const part of parts) end += part.length;
    },
    close: () => file.close(),
  };
};
