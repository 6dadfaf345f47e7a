import type { Files } from '../../files/index.js';
import { createBlockBuilder, createBlockScratch } from './block-builder.js';
import { dayName } from './day.js';
import { metaNumber, setMetaNumber } from './meta-number.js';
import { type MovedFragment, saveMoved } from './moved-fragments.js';
import type { Partition } from './partitions.js';
import { type BlockReader, segmentPath } from './segment-files.js';
import { toStoredFragment } from './stored-fragment.js';

interface WipeStep {
  readonly files: Files;
  readonly directory: string;
  readonly day: number;
  readonly partition: Partition;
  readonly blocks: BlockReader;
}

interface DeadBlock {
  readonly segment: number;
  readonly block: number;
  readonly block_length: number;
}

/** Compressed bytes of one step; at least one block. */
const STEP_BYTES = 8 * 1024 * 1024;
const STEP_BLOCKS = 256;
const ZEROS = Buffer.alloc(256 * 1024);

const someDeadBlocks = ({ index }: Partition): readonly DeadBlock[] => {
  const found = index.database
    .prepare('SELECT segment, block, block_length FROM dead_block ORDER BY segment, block LIMIT ?')
    .all(STEP_BLOCKS) as unknown as readonly DeadBlock[];
  let bytes = 0;
  return found.filter(({ block_length: length }, at) => (bytes += length) <= STEP_BYTES || at === 0);
};

/** What of the blocks is still somebody's goes to the end of the segment that is written to. */
const moveLiving = async (dead: readonly DeadBlock[], { day, partition, blocks }: WipeStep): Promise<void> => {
  const { index } = partition;
  const places = JSON.stringify(dead.map(({ segment, block }) => `${String(segment)}/${String(block)}`));
  const living = index.database
    .prepare(
      `SELECT * FROM fragment WHERE segment || '/' || block IN (SELECT value FROM json_each(?)) ORDER BY segment, block`,
    )
    .all(places) as Record<string, unknown>[];
  if (living.length === 0) return;
  const appender = await partition.appender();
  const builder = createBlockBuilder(createBlockScratch(), appender.segment, appender.end());
  const moved: MovedFragment[] = [];
  let movedBytes = 0;
  for (const row of living) {
    const payload = await blocks.payload(dayName(day), toStoredFragment(row));
    movedBytes += payload.length;
    moved.push({ trace: row['trace'] as number, seq: row['seq'] as number, place: builder.add(payload) });
  }
  try {
    await appender.append(builder.finish());
    index.transaction(() => {
      saveMoved(index, moved);
      index.setSegmentEnd(appender.segment, appender.end());
      setMetaNumber(index, 'dead_bytes', metaNumber(index, 'dead_bytes') + movedBytes);
    });
  } catch (error) {
    await partition.forgetAppender();
    throw error;
  }
};

const overwrite = async ({ files, directory, day }: WipeStep, dead: readonly DeadBlock[]): Promise<void> => {
  const names = await files.list(directory);
  for (const [segment, ofSegment] of Map.groupBy(dead, (block) => block.segment)) {
    const path = segmentPath(directory, dayName(day), segment);
    if (!names.includes(path.slice(directory.length + 1))) continue;
    const file = await files.open(path);
    try {
      for (const { block, block_length: length } of ofSegment)
        for (let at = 0; at < length; at += ZEROS.length)
          await file.writeAt([ZEROS.subarray(0, Math.min(ZEROS.length, length - at))], block + at);
      await file.datasync();
    } finally {
      await file.close();
    }
  }
};

/**
 * Overwrites some of the blocks that hold payload of erased traces, in place: the rest of a segment, which may be
 * large, stays as it is. False: there is none left. A crash in between leaves the same work to be done again.
 */
export const wipeSomeBlocks = async (step: WipeStep): Promise<boolean> => {
  const dead = someDeadBlocks(step.partition);
  if (dead.length === 0) return false;
  await moveLiving(dead, step);
  await overwrite(step, dead);
  const { index } = step.partition;
  const forget = index.database.prepare('DELETE FROM dead_block WHERE segment = ? AND block = ?');
  index.transaction(() => {
    for (const { segment, block } of dead) forget.run(segment, block);
  });
  return true;
};

/** Whether so much of the day's payload lies in such blocks that to write all of the rest anew is shorter. */
export const isCompactionShorter = ({ index }: Partition, share: number): boolean => {
  const { dead } = index.database.prepare('SELECT coalesce(sum(block_length), 0) AS dead FROM dead_block').get() as {
    dead: number;
  };
  const { bytes } = index.database.prepare('SELECT coalesce(sum(end), 0) AS bytes FROM segment').get() as unknown as {
    bytes: number;
  };
  return dead > 0 && dead >= share * bytes;
};
