import { stat } from 'node:fs/promises';

import type { Files } from '../../files/index.js';
import { createBlockBuilder, createBlockScratch } from './block-builder.js';
import { dayName } from './day.js';
import { type Place, toStoredFragment } from './stored-fragment.js';
import type { Partition, Partitions } from './partitions.js';
import { type BlockReader, openSegmentAppender, segmentPath } from './segment-files.js';

export interface Retention {
  /** Days kept, counted from today's UTC day; 0: for ever. */
  readonly days: number;
  /** Bytes of the store's directory; 0: no limit. Whole days go first, then the oldest traces of the last day. */
  readonly bytes: number;
}

/** Retention and compaction, in bounded steps. */
export interface Upkeep {
  step(nowMillis: number): Promise<boolean>;
  /** Runs the task while no step does: those asked for meanwhile find nothing to do. One task at a time. */
  rest<T>(task: () => Promise<T>): Promise<T>;
}

interface UpkeepOptions {
  readonly files: Files;
  readonly directory: string;
  readonly partitions: Partitions;
  readonly blocks: BlockReader;
  readonly retention: Retention;
  /** Rows were removed or moved: whoever keeps rows in memory forgets them. */
  readonly onChanged: () => void;
}

const MILLIS_PER_DAY = 86_400_000;
const OLDEST_SHARE = 0.1;
const DEAD_SHARE_TO_COMPACT = 0.3;
const STEP_RAW_BYTES = 4 * 1024 * 1024;
const STEP_FRAGMENTS = 2000;

export const createUpkeep = (options: UpkeepOptions): Upkeep => {
  const { files, directory, partitions, blocks, retention, onChanged } = options;

  const drop = async (day: number): Promise<void> => {
    await blocks.forget(dayName(day));
    await partitions.drop(day);
    suspects.delete(day);
    onChanged();
  };

  const totalBytes = async (): Promise<number> => {
    let bytes = 0;
    for (const name of await files.list(directory)) {
      const stats = await stat(`${directory}/${name}`).catch(() => null);
      bytes += stats?.size ?? 0;
    }
    return bytes;
  };

  const dropExpired = async (nowMillis: number): Promise<boolean> => {
    const [oldest] = partitions.days();
    const firstKept = Math.floor(nowMillis / MILLIS_PER_DAY) - retention.days;
    if (oldest === undefined || retention.days === 0 || oldest >= firstKept) return false;
    await drop(oldest);
    return true;
  };

  const compact = async (day: number): Promise<true> => {
    onChanged();
    await compactStep({ files, directory, day, partition: await partitions.open(day), blocks });
    return true;
  };

  /** Days that may hold dead payload: all of them at first, later those from which something was removed. */
  const suspects = new Set(partitions.days());

  const compactSuspects = async (): Promise<boolean> => {
    for (const day of suspects) {
      const partition = await partitions.open(day);
      if (compactionTarget(partition) !== null || isMostlyDead(partition)) return compact(day);
      suspects.delete(day);
    }
    return false;
  };

  /** What was removed in the last day is given back before more of it is. */
  const shrink = async (): Promise<boolean> => {
    const [oldest, ...later] = partitions.days();
    if (oldest === undefined || retention.bytes === 0 || (await totalBytes()) <= retention.bytes) return false;
    if (later.length > 0) {
      await drop(oldest);
      return true;
    }
    const partition = await partitions.open(oldest);
    suspects.add(oldest);
    if (deadBytes(partition) > 0) return compact(oldest);
    onChanged();
    return removeOldest(partition);
  };

  const takeStep = async (nowMillis: number): Promise<boolean> =>
    (await dropExpired(nowMillis)) || (await compactSuspects()) || (await shrink());

  let isResting = false;
  let underWay: Promise<unknown> = Promise.resolve();

  return {
    step(nowMillis) {
      if (isResting) return Promise.resolve(false);
      const step = takeStep(nowMillis);
      underWay = step.catch(() => undefined);
      return step;
    },
    async rest(task) {
      isResting = true;
      try {
        await underWay;
        return await task();
      } finally {
        isResting = false;
      }
    },
  };
};

const metaNumber = (partition: Partition, name: string): number => {
  const stored = partition.index.database.prepare('SELECT value FROM meta WHERE name = ?').get(name);
  return (stored as { value: number } | undefined)?.value ?? 0;
};

const deadBytes = (partition: Partition): number => metaNumber(partition, 'dead_bytes');

const setMeta = (partition: Partition, name: string, value: number): void => {
  partition.index.database.prepare('INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)').run(name, value);
};

/** Removes the oldest tenth of a day's traces from its index; their payload is dead until compaction. */
const removeOldest = (partition: Partition): boolean => {
  const { index } = partition;
  const { database } = index;
  const { count } = database.prepare('SELECT count(*) AS count FROM trace').get() as { count: number };
  if (count === 0) return false;
  const limit = Math.max(1, Math.floor(count * OLDEST_SHARE));
  const oldest = database.prepare('SELECT id FROM trace ORDER BY start LIMIT ?').all(limit) as { id: number }[];
  index.transaction(() => {
    let dead = deadBytes(partition);
    for (const { id } of oldest) dead += index.remove(id);
    setMeta(partition, 'dead_bytes', dead);
    index.flushSums();
  });
  return true;
};

const isMostlyDead = (partition: Partition): boolean => {
  const dead = deadBytes(partition);
  if (dead === 0) return false;
  const { live } = partition.index.database.prepare('SELECT coalesce(sum(length), 0) AS live FROM fragment').get() as {
    live: number;
  };
  return dead >= DEAD_SHARE_TO_COMPACT * (dead + live);
};

/** The segment that a compaction under way writes to; null: none is. */
const compactionTarget = (partition: Partition): number | null => metaNumber(partition, 'compacting_to') || null;

interface CompactStep {
  readonly files: Files;
  readonly directory: string;
  readonly day: number;
  readonly partition: Partition;
  readonly blocks: BlockReader;
}

/**
 * Moves some of the live payload to a new segment; new writes go to a newer one still. The old files are
 * removed once nothing names them. A crash in between leaves both copies and goes on later.
 */
const compactStep = async ({ files, directory, day, partition, blocks }: CompactStep): Promise<void> => {
  const { index } = partition;
  let target = compactionTarget(partition);
  if (target === null) {
    target = await partition.nextSegment();
    await partition.nextSegment();
    setMeta(partition, 'compacting_to', target);
  }
  const old = index.database
    .prepare('SELECT * FROM fragment WHERE segment < ? ORDER BY trace, seq LIMIT ?')
    .all(target, STEP_FRAGMENTS) as Record<string, unknown>[];
  if (old.length > 0) await moveFragments(old, target, { files, directory, day, partition, blocks });
  else await finishCompaction(target, { files, directory, day, partition, blocks });
};

const moveFragments = async (
  old: readonly Record<string, unknown>[],
  target: number,
  step: CompactStep,
): Promise<void> => {
  const { files, directory, day, partition, blocks } = step;
  const appender = await openSegmentAppender(files, directory, dayName(day), target);
  const builder = createBlockBuilder(createBlockScratch(), target, appender.end());
  const moved: { trace: number; seq: number; place: Place }[] = [];
  let rawBytes = 0;
  for (const row of old) {
    if (rawBytes > STEP_RAW_BYTES) break;
    const payload = await blocks.payload(dayName(day), toStoredFragment(row));
    rawBytes += payload.length;
    moved.push({ trace: row.trace as number, seq: row.seq as number, place: builder.add(payload) });
  }
  await appender.append(builder.finish());
  await appender.close();
  const update = partition.index.database.prepare(
    'UPDATE fragment SET segment = ?, block = ?, block_length = ?, offset = ? WHERE trace = ? AND seq = ?',
  );
  partition.index.transaction(() => {
    for (const { trace, seq, place } of moved)
      update.run(place.segment, place.block, place.blockLength, place.offset, trace, seq);
  });
};

const finishCompaction = async (
  target: number,
  { files, directory, day, partition, blocks }: CompactStep,
): Promise<void> => {
  await blocks.forget(dayName(day));
  const names = await files.list(directory);
  for (let segment = 1; segment < target; segment++) {
    const path = segmentPath(directory, dayName(day), segment);
    if (names.includes(path.slice(directory.length + 1))) await files.remove(path);
  }
  await files.syncDirectory(directory);
  // Last, so that files left by a crash are removed by the compaction that then goes on.
  partition.index.transaction(() => {
    setMeta(partition, 'compacting_to', 0);
    setMeta(partition, 'dead_bytes', 0);
  });
  partition.index.database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);');
};
