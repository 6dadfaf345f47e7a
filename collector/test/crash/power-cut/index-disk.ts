import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Random } from './random.js';

/** The index files of a store by name: databases and their write-ahead logs. */
export type IndexImage = ReadonlyMap<string, Buffer>;

/**
 * SQLite writes to the machine's own disk, where no power is cut. But what it promises is known: with
 * `synchronous=FULL` a commit that returned is durable, with the names of its files, and one that did not is whole or
 * absent. So a cut between two of its calls leaves the files as they are, and one inside a commit leaves those from
 * before it, with any of the sectors that it appended to the log.
 */
export interface IndexDisk {
  names(): readonly string[];
  size(name: string): number;
  remove(name: string): void;
  /** Removals are durable from now on; `failed`: some are, and the others will never be. */
  sync(failed: boolean): void;
  image(): IndexImage;
  /** What a power cut now leaves. */
  readonly afterCut: () => IndexImage;
  /** What a power cut in the midst of the commit that made this image into the present one leaves. */
  afterTornCommit(before: IndexImage): IndexImage;
  /** Replaces all files, of which nobody has one open. `isSettled`: no removal is in doubt any more. */
  restore(image: IndexImage, isSettled: boolean): void;
}

const SECTOR_BYTES = 512;
const LOG_HEADER_BYTES = 32;

export const isIndexName = (name: string): boolean => /\.sqlite(-wal|-shm|-journal)?$/.test(name);

export const isSame = (a: IndexImage, b: IndexImage): boolean =>
  a.size === b.size && [...a].every(([name, bytes]) => b.get(name)?.equals(bytes) === true);

/** A log that begins anew: its header is synced before any of its frames is written. */
const isRestarted = (before: Buffer, after: Buffer): boolean =>
  before.length > 0 && !before.subarray(0, LOG_HEADER_BYTES).equals(after.subarray(0, LOG_HEADER_BYTES));

/** All of what was appended, its first sectors, or any of them. */
const tornLog = (before: Buffer, after: Buffer, random: Random): Buffer => {
  const fate = random();
  if (fate < 0.25) return after;
  const cutAt = fate < 0.5 ? random() * after.length : after.length;
  const keeps = fate < 0.5 ? 1 : random();
  const bytes = Buffer.alloc(after.length);
  before.copy(bytes);
  if (isRestarted(before, after)) after.copy(bytes, 0, 0, LOG_HEADER_BYTES);
  let length = before.length;
  for (let at = 0; at < cutAt; at += SECTOR_BYTES) {
    if (random() > keeps) continue;
    after.copy(bytes, at, at, at + SECTOR_BYTES);
    length = Math.max(length, Math.min(after.length, at + SECTOR_BYTES));
  }
  return bytes.subarray(0, length);
};

export const createIndexDisk = (directory: string, random: Random): IndexDisk => {
  const removed = new Map<string, Buffer>();
  const undurable = new Map<string, Buffer>();

  const names = (): string[] => readdirSync(directory).filter(isIndexName);

  const image = (): IndexImage =>
    new Map(
      names()
        .filter((name) => !name.endsWith('-shm'))
        .map((name) => [name, readFileSync(join(directory, name))]),
    );

  /** A removal that was not durable may have left the name; never in the place of a newer file. */
  const withRemoved = (present: IndexImage): IndexImage =>
    new Map([...undurable, ...[...removed].filter(() => random() < 0.5), ...present]);

  return {
    names,
    size: (name) => readFileSync(join(directory, name)).length,
    remove(name) {
      const path = join(directory, name);
      if (!name.endsWith('-shm') && names().includes(name)) removed.set(name, readFileSync(path));
      rmSync(path, { force: true });
    },
    sync(failed) {
      for (const [name, bytes] of removed) if (failed && random() < 0.5) undurable.set(name, bytes);
      removed.clear();
    },
    image,
    afterCut: () => withRemoved(image()),
    afterTornCommit(before) {
      const torn = new Map(before);
      for (const [name, after] of image()) {
        const held = before.get(name);
        if (held === undefined) {
          // A new day: its database is there from the first commit on, empty until the log is written back.
          if (random() < 0.5) torn.set(name, name.endsWith('-wal') ? tornLog(Buffer.alloc(0), after, random) : after);
        } else if (name.endsWith('-wal')) torn.set(name, tornLog(held, after, random));
        else if (!held.equals(after)) return withRemoved(image());
      }
      return withRemoved(torn);
    },
    restore(wanted, isSettled) {
      if (isSettled) removed.clear();
      if (isSettled) undurable.clear();
      for (const name of names()) rmSync(join(directory, name));
      for (const [name, bytes] of wanted) writeFileSync(join(directory, name), bytes);
    },
  };
};
