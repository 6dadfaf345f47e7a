import type { DatabaseSync } from 'node:sqlite';

import { type Merge, startMerge } from './merge-segments.js';
import { inTransaction } from './schema.js';
import type { SegmentRow, SegmentRows } from './segment-rows.js';

/** Merging and purging of one day's text index, in bounded steps. */
export interface TextUpkeep {
  /** True while more is to do. */
  step(nowMillis: number): boolean;
  /** Removed traces whose terms are still in the file. */
  unpurged(): number;
  /** Nothing is left to do unless something is written. */
  isSettled(): boolean;
}

const FAN_IN = 8;
/** Segments with fewer postings are of one size to the merger; each size is `FAN_IN` times the one before. */
const SMALL_POSTINGS = 65_536;
/** Larger segments stay as they are: reading one list is bounded, and so is purging. */
const LARGE_POSTINGS = 48_000_000;
const VACUUM_PAGES = 2000;
/** After so long without a commit a day's segments become one: most searches look into many days that are over. */
const SETTLE_AFTER_MILLIS = 3_600_000;

const sizeClass = (postings: number): number =>
  Math.max(0, Math.floor(Math.log(postings / SMALL_POSTINGS) / Math.log(FAN_IN)) + 1);

/** The oldest segments of one size, where there are enough of them. */
const toMerge = (segments: readonly SegmentRow[]): readonly SegmentRow[] | null => {
  const bySize = Map.groupBy(
    segments.filter(({ postings }) => postings < LARGE_POSTINGS),
    ({ postings }) => sizeClass(postings),
  );
  for (const size of [...bySize.keys()].sort((a, b) => a - b)) {
    const ofSize = bySize.get(size) ?? [];
    if (ofSize.length >= FAN_IN) return ofSize.slice(0, FAN_IN);
  }
  return null;
};

export const createTextUpkeep = (database: DatabaseSync, rows: SegmentRows, purgeAfterMillis: number): TextUpkeep => {
  const selectUnpurged = database.prepare('SELECT count(*) AS count, min(at) AS oldest FROM erased');
  const selectDirty = database.prepare(
    `SELECT id, first, last, postings FROM segment WHERE complete = 1 AND EXISTS (
       SELECT 1 FROM erased WHERE before_segment > segment.id AND ordinal BETWEEN segment.first AND segment.last
     ) ORDER BY id LIMIT 1`,
  );
  const deleteErased = database.prepare('DELETE FROM erased');
  let merge: Merge | null = null;
  let seen = { nextSegment: -1, atMillis: 0 };

  const canJoin = (segments: readonly SegmentRow[]): boolean =>
    segments.length > 1 && segments.reduce((sum, { postings }) => sum + postings, 0) < LARGE_POSTINGS;

  const isQuiet = (nowMillis: number): boolean => {
    const nextSegment = rows.nextId();
    if (nextSegment !== seen.nextSegment) seen = { nextSegment, atMillis: nowMillis };
    return seen.atMillis + SETTLE_AFTER_MILLIS <= nowMillis;
  };

  const unpurged = (): { count: number; oldest: number | null } =>
    selectUnpurged.get() as { count: number; oldest: number | null };

  const freePages = (): number =>
    (database.prepare('PRAGMA freelist_count').get() as { freelist_count: number }).freelist_count;

  /** Gives freed pages back, so that nothing of their content stays in the file, and empties the write-ahead log. */
  const dropFreed = (): boolean => {
    database.exec(`PRAGMA incremental_vacuum(${String(VACUUM_PAGES)})`);
    if (freePages() > 0) return true;
    const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
    if (busy === 0) inTransaction(database, () => deleteErased.run());
    return false;
  };

  const purge = (): boolean => {
    const dirty = selectDirty.get() as SegmentRow | undefined;
    if (dirty === undefined) return dropFreed();
    merge = inTransaction(database, () => startMerge(database, rows, [dirty]));
    return true;
  };

  return {
    step(nowMillis) {
      if (merge !== null) {
        const under = merge;
        if (!inTransaction(database, () => under.step())) merge = null;
        return true;
      }
      const segments = rows.list();
      const inputs = toMerge(segments) ?? (isQuiet(nowMillis) && canJoin(segments) ? segments : null);
      if (inputs !== null) {
        merge = inTransaction(database, () => startMerge(database, rows, inputs));
        return true;
      }
      const { oldest } = unpurged();
      return oldest !== null && oldest + purgeAfterMillis <= nowMillis && purge();
    },
    unpurged: () => unpurged().count,
    isSettled: () => unpurged().count === 0 && !canJoin(rows.list()),
  };
};
