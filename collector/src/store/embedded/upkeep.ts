import { stat } from 'node:fs/promises';

import type { Files } from '../../files/index.js';
import { createBlockBuilder, createBlockScratch } from './block-builder.js';
import { dayName } from './day.js';
import type { ErasedElsewhere } from './erased-elsewhere.js';
import type { Eraser } from './eraser.js';
import { metaNumber, setMetaNumber } from './meta-number.js';
import { type MovedFragment, saveMoved } from './moved-fragments.js';
import { toStoredFragment } from './stored-fragment.js';
import type { Partition, Partitions } from './partitions.js';
import { createPurge, type ErasureTimes } from './purge.js';
import { type BlockReader, openSegmentAppender, segmentPath } from './segment-files.js';

export interface Retention {
  /** Days kept, counted from today's UTC day; 0: for ever. */
  readonly days: number;
  /** Bytes of the store's directory; 0: no limit. Whole days go first, then the oldest traces of the last day. */
  readonly bytes: number;
}

/** Retention, compaction and purging, in bounded steps. */
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
  readonly eraser: Eraser;
  readonly elsewhere: ErasedElsewhere;
  readonly erasureTimes: ErasureTimes;
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

  const purge = createPurge({
    ...options,
    times: options.erasureTimes,
    compact,
    isCompacting: (partition) => compactionTarget(partition) !== null,
  });

  const takeStep = async (nowMillis: number): Promise<boolean> =>
    (await dropExpired(nowMillis)) || (await compactSuspects()) || (await shrink()) || (await purge(nowMillis));

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

const deadBytes = ({ index }: Partition): number => metaNumber(index, 'dead_bytes');

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
    setMetaNumber(index, 'dead_bytes', dead);
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
const compactionTarget = ({ index }: Partition): number | null => metaNumber(index, 'compacting_to') || null;

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
    setMetaNumber(index, 'compacting_to', target);
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
  const { index } = partition;
  const appender = await openSegmentAppender(files, directory, dayName(day), target, index.segmentEnd(target));
  const builder = createBlockBuilder(createBlockScratch(), target, appender.end());
  const moved: MovedFragment[] = [];
  let rawBytes = 0;
  for (const row of old) {
    if (rawBytes > STEP_RAW_BYTES) break;
    const payload = await blocks.payload(dayName(day), toStoredFragment(row));
    rawBytes += payload.length;
    moved.push({ trace: row.trace as number, seq: row.seq as number, place: builder.add(payload) });
  }
  await appender.append(builder.finish());
  await appender.close();
  index.transaction(() => {
    saveMoved(index, moved);
    index.setSegmentEnd(target, appender.end());
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
    partition.index.database.prepare('DELETE FROM dead_block WHERE segment < ?').run(target);
    partition.index.database.prepare('DELETE FROM segment WHERE number < ?').run(target);
    setMetaNumber(partition.index, 'compacting_to', 0);
    setMetaNumber(partition.index, 'dead_bytes', 0);
  });
  partition.index.database.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE);');
};
