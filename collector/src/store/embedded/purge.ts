import type { Files } from '../../files/index.js';
import type { ErasedElsewhere } from './erased-elsewhere.js';
import type { Eraser } from './eraser.js';
import type { ErasureLog } from './erasure-log.js';
import { metaNumber, setMetaNumber } from './meta-number.js';
import type { Partition, Partitions } from './partitions.js';
import type { BlockReader } from './segment-files.js';
import { isCompactionShorter, wipeSomeBlocks } from './wipe-blocks.js';

export interface ErasureTimes {
  /** From the request on until its bytes are taken out of the files, so that what is erased soon after shares the work. */
  readonly purgeAfterMillis: number;
  /** For so long no fragment of an erased trace is taken, and an erasure can be asked about. */
  readonly rememberMillis: number;
  /** Beyond so many erased traces the oldest are forgotten earlier. */
  readonly rememberTraces: number;
}

interface PurgeOptions {
  readonly files: Files;
  readonly directory: string;
  readonly partitions: Partitions;
  readonly blocks: BlockReader;
  readonly eraser: Eraser;
  readonly elsewhere: ErasedElsewhere;
  readonly times: ErasureTimes;
  /** One bounded step of a day's compaction. */
  readonly compact: (day: number) => Promise<true>;
  readonly isCompacting: (partition: Partition) => boolean;
}

/** As for compaction of what else is dead. */
const COMPACTION_SHARE = 0.3;
/** A fault of the disk is told once, and the purge tried again after so long. */
const RETRY_MILLIS = 60_000;

/** Rows that are gone leave their bytes in an index's pages; only writing all of it anew is sure to leave none. */
const rewriteIndex = ({ index }: Partition, directory: string): boolean => {
  const { database } = index;
  // Else the copy would lie in the system's temporary directory, which may be small, or another's.
  database.exec(`PRAGMA temp_store_directory = '${directory.replaceAll("'", "''")}'`);
  database.exec('VACUUM');
  const checkpoint = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
  // A reader may still use the log: it is cut at the next attempt.
  if (checkpoint.busy !== 0) return false;
  setMetaNumber(index, 'holds_erased', 0);
  return true;
};

/** Takes the bytes of erased traces out of the files, in bounded steps: true while more is to do. */
export const createPurge = (options: PurgeOptions): ((nowMillis: number) => Promise<boolean>) => {
  const { files, directory, partitions, blocks, eraser, elsewhere, times, compact, isCompacting } = options;
  let notBeforeMillis = 0;

  const purgeDay = async (log: ErasureLog, day: number): Promise<boolean> => {
    if (!partitions.days().includes(day)) {
      log.dayIsPurged(day);
      return true;
    }
    const partition = await partitions.open(day);
    if (isCompacting(partition) || isCompactionShorter(partition, COMPACTION_SHARE)) return compact(day);
    if (await wipeSomeBlocks({ files, directory, day, partition, blocks })) return true;
    if (metaNumber(partition.index, 'holds_erased') === 1 && !rewriteIndex(partition, directory)) return false;
    log.dayIsPurged(day);
    return true;
  };

  const step = async (log: ErasureLog, nowMillis: number): Promise<boolean> => {
    if (log.expire(nowMillis - times.rememberMillis, times.rememberTraces)) return true;
    const [day] = log.daysToPurge(nowMillis - times.purgeAfterMillis);
    if (day !== undefined) return purgeDay(log, day);
    for (const { id } of log.almostPurged()) if (await elsewhere.isGone(id)) log.setPurged(id, nowMillis);
    return false;
  };

  return async (nowMillis) => {
    const log = eraser.log();
    if (log === null || eraser.isBusy() || nowMillis < notBeforeMillis) return false;
    try {
      return await step(log, nowMillis);
    } catch (error) {
      notBeforeMillis = nowMillis + RETRY_MILLIS;
      throw error;
    }
  };
};
