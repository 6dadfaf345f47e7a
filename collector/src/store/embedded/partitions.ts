import type { Files } from '../../files/index.js';
import { dayName, dayNumberOfName } from './day.js';
import { type DayIndex, openDayIndex } from './day-index.js';
import { createKeyFilters } from './key-filters.js';
import { openSegmentAppender, type SegmentAppender } from './segment-files.js';

export const INDEX_SUFFIX = '.sqlite';

export const indexPath = (directory: string, day: number): string => `${directory}/${dayName(day)}${INDEX_SUFFIX}`;

/** Days that have an index in the directory, oldest first. */
export const listDays = async (files: Files, directory: string): Promise<number[]> =>
  (await files.list(directory))
    .filter((name) => name.endsWith(INDEX_SUFFIX))
    .map((name) => dayNumberOfName(name.slice(0, -INDEX_SUFFIX.length)))
    .filter((day) => !Number.isNaN(day))
    .sort((a, b) => a - b);

export interface Partition {
  readonly index: DayIndex;
  appender(): Promise<SegmentAppender>;
  /** After a commit that failed: what was appended for it is cut off before the next append. */
  forgetAppender(): Promise<void>;
  /** The next append goes to a new segment file. */
  nextSegment(): Promise<number>;
  close(): Promise<void>;
}

/** The days of a store, for writing; at most `OPEN_DAYS` stand open. */
export interface Partitions {
  days(): readonly number[];
  open(day: number): Promise<Partition>;
  /** The day where it stands open. */
  opened(day: number): Partition | undefined;
  /** True where no day has a trace of that key; false may mean that it isn't known without waiting. */
  surelyNew(key: string): boolean;
  /** False where the day surely has no trace of that key. */
  mayHave(day: number, key: string): Promise<boolean>;
  /** Carries what lies in the write-ahead logs into the indexes and gives the logs' space back; for idle times. */
  shortenLogs(): void;
  drop(day: number): Promise<void>;
  close(): Promise<void>;
}

const OPEN_DAYS = 16;

/** What a drop that was cut short has left of days: nothing names it any more. */
const removeOrphans = async (files: Files, directory: string, days: readonly number[]): Promise<void> => {
  const names = new Set(days.map(dayName));
  for (const name of await files.list(directory)) {
    const day = name.slice(0, Math.max(0, name.indexOf('.')));
    if (!Number.isNaN(dayNumberOfName(day)) && !names.has(day)) await files.remove(`${directory}/${name}`);
  }
};

/** `onNewDay` is told of each index that is made. */
export const openPartitions = async (
  files: Files,
  directory: string,
  onNewDay: (index: DayIndex) => void = () => undefined,
): Promise<Partitions> => {
  await files.makeDirectory(directory);
  let days = await listDays(files, directory);
  await removeOrphans(files, directory, days);
  const open = new Map<number, Partition>();
  const filters = createKeyFilters();

  const openPartition = (day: number): Partition => {
    const index = openDayIndex(indexPath(directory, day), day, filters);
    let appender: SegmentAppender | null = null;
    return {
      index,
      async appender() {
        const segment = index.segment();
        appender ??= await openSegmentAppender(files, directory, dayName(day), segment, index.segmentEnd(segment));
        return appender;
      },
      async forgetAppender() {
        const forgotten = appender;
        appender = null;
        await forgotten?.close();
      },
      async nextSegment() {
        const next = index.segment() + 1;
        await appender?.close();
        appender = null;
        index.setSegment(next);
        return next;
      },
      async close() {
        await appender?.close();
        index.close();
      },
    };
  };

  const closeOldest = async (): Promise<void> => {
    for (const [day, partition] of open) {
      if (open.size < OPEN_DAYS) return;
      open.delete(day);
      await partition.close();
    }
  };

  const openDay = async (day: number): Promise<Partition> => {
    const held = open.get(day);
    if (held !== undefined) {
      open.delete(day);
      open.set(day, held);
      return held;
    }
    await closeOldest();
    const partition = openPartition(day);
    open.set(day, partition);
    if (!days.includes(day)) {
      days = [...days, day].sort((a, b) => a - b);
      onNewDay(partition.index);
      await files.syncDirectory(directory);
    }
    return partition;
  };

  return {
    days: () => days,
    open: openDay,
    opened: (day) => open.get(day),
    surelyNew(key) {
      for (const day of days) {
        const filter = filters.get(day);
        if (filter === undefined || filter.isFull() || filter.mayHave(key)) return false;
      }
      return true;
    },
    async mayHave(day, key) {
      const filter = filters.get(day);
      return (filter?.isFull() === false ? filter : (await openDay(day)).index.keyFilter()).mayHave(key);
    },
    shortenLogs() {
      for (const { index } of open.values()) index.shortenLog();
    },
    async drop(day) {
      await open.get(day)?.close();
      open.delete(day);
      filters.delete(day);
      days = days.filter((held) => held !== day);
      // The index goes first, for good: it must never name segments that are gone, nor come back without its log.
      await files.remove(indexPath(directory, day));
      await files.syncDirectory(directory);
      const prefix = `${dayName(day)}.`;
      for (const name of await files.list(directory)) {
        if (name.startsWith(prefix)) await files.remove(`${directory}/${name}`);
      }
      await files.syncDirectory(directory);
    },
    async close() {
      for (const partition of open.values()) await partition.close();
      open.clear();
    },
  };
};
