import { backup } from 'node:sqlite';

import type { Files } from '../../../files/index.js';
import type { TextEntry, TextIndexWriter, TextTrace } from '../../text-index.js';
import { COPIED_POSITION, openIndexPosition } from './index-position.js';
import { listTextDays } from './list-text-days.js';
import { openTextForReading, textPath } from './schema.js';
import { openTextDay, type TextDay } from './text-day.js';
import { createTextTerms } from '../../text-terms/index.js';
import { createTextUpkeep, type TextUpkeep } from './text-upkeep.js';

export interface TextWriterOptions {
  readonly files: Files;
  /** The embedded store's. */
  readonly directory: string;
  /** UTF-16 code units of a trace's texts that are indexed; default 2,097,152. */
  readonly maxTraceUnits?: number;
  /** How long a removed trace's terms may stay in the files, so that many are purged at once; default an hour. */
  readonly purgeAfterMillis?: number;
  readonly nowMillis: () => number;
}

const MAX_TRACE_UNITS = 2 * 1024 * 1024;
const HOUR_MILLIS = 3_600_000;
const OPEN_DAYS = 16;
/** Eight bytes each. */
const MAX_PENDING_POSTINGS = 4_000_000;

interface OpenDay extends TextDay {
  readonly upkeep: TextUpkeep;
}

/** Opens the write side of the text index: one for a directory. After a throw, close it and open it anew. */
export const openTextWriter = async (options: TextWriterOptions): Promise<EmbeddedTextWriter> => {
  const { files, directory, nowMillis } = options;
  await files.makeDirectory(directory);
  const days = new Set(await listTextDays(files, directory));
  const suspects = new Set(days);
  const position = openIndexPosition(directory);
  const terms = createTextTerms();
  const open = new Map<number, OpenDay>();
  let reached = position.get()?.position ?? null;
  let receivedAtMillis = position.get()?.receivedAtMillis ?? 0;
  let cutTraces = 0;
  let indexedTexts = 0;

  /** In the midst of `add` what came of its position is written as well: it comes again, and changes nothing then. */
  const commit = (): void => {
    for (const day of open.values()) if (day.pendingTraces() > 0) day.commit(reached ?? -1n);
    const told = position.get();
    if (reached !== null && (reached !== told?.position || receivedAtMillis !== told.receivedAtMillis))
      position.set({ position: reached, receivedAtMillis });
    if (terms.forget()) for (const day of open.values()) day.forgetMarks();
  };

  const closeOldest = (): void => {
    for (const [number, day] of open) {
      if (open.size < OPEN_DAYS) return;
      commit();
      open.delete(number);
      day.close();
    }
  };

  const openDay = (number: number): OpenDay => {
    const held = open.get(number);
    if (held !== undefined) {
      open.delete(number);
      open.set(number, held);
      return held;
    }
    closeOldest();
    const day = openTextDay({
      path: textPath(directory, number),
      terms,
      maxTraceUnits: options.maxTraceUnits ?? MAX_TRACE_UNITS,
    });
    const opened = {
      ...day,
      upkeep: createTextUpkeep(day.database, day.segments, options.purgeAfterMillis ?? HOUR_MILLIS),
    };
    open.set(number, opened);
    days.add(number);
    return opened;
  };

  const addTo = (day: OpenDay, entry: TextEntry, isWhole: boolean): void => {
    suspects.add(entry.day);
    indexedTexts += entry.texts.length;
    if (!day.add(entry, isWhole)) cutTraces++;
  };

  const commitIfFull = (): void => {
    let pending = 0;
    for (const day of open.values()) pending += day.pendingPostings();
    if (pending > MAX_PENDING_POSTINGS) commit();
  };

  const add = (entries: readonly TextEntry[], at: bigint): void => {
    if (reached !== null && at <= reached) return;
    for (const entry of entries) {
      const day = openDay(entry.day);
      if (at > day.position()) addTo(day, entry, false);
    }
    reached = at;
    commitIfFull();
  };

  const remove = (traces: readonly TextTrace[]): void => {
    commit();
    for (const [number, ofDay] of Map.groupBy(traces, ({ day }) => day)) {
      if (!days.has(number)) continue;
      openDay(number).remove(ofDay, nowMillis());
      suspects.add(number);
    }
  };

  const maintain = (now: number): boolean => {
    for (const number of suspects) {
      if (openDay(number).upkeep.step(now)) return true;
      if (openDay(number).upkeep.isSettled()) suspects.delete(number);
    }
    return false;
  };

  const sum = (count: (day: OpenDay) => number): number => [...open.values()].reduce((all, day) => all + count(day), 0);

  return {
    add,
    commit,
    position: () => position.get()?.position ?? null,
    remove,
    maintain,
    counts: () => ({
      cutTraces,
      indexedTexts,
      pendingTraces: sum((day) => day.pendingTraces()),
      unpurgedTraces: sum((day) => day.upkeep.unpurged()),
    }),
    isPurged: () => [...suspects].every((number) => openDay(number).upkeep.unpurged() === 0),
    receivedTo(millis) {
      receivedAtMillis = Math.max(receivedAtMillis, millis);
    },
    isOutdated: () => position.get()?.position === null,
    restart(keepsFound) {
      commit();
      reached = null;
      if (keepsFound) {
        position.set({ position: null, receivedAtMillis });
        return;
      }
      position.set(null);
      receivedAtMillis = 0;
      for (const number of days) openDay(number).forgetRank();
    },
    refill(entries) {
      for (const entry of entries) addTo(openDay(entry.day), entry, true);
      commitIfFull();
    },
    settle(at) {
      reached = at;
      commit();
    },
    days: () => [...days],
    async drop(number) {
      open.get(number)?.close();
      open.delete(number);
      days.delete(number);
      suspects.delete(number);
      const path = textPath(directory, number);
      const names = await files.list(directory);
      for (const suffix of ['', '-wal', '-shm'])
        if (names.includes(`${path.slice(directory.length + 1)}${suffix}`)) await files.remove(`${path}${suffix}`);
      await files.syncDirectory(directory);
    },
    async backup(target) {
      commit();
      const copied = position.get();
      for (const number of days) {
        const source = openTextForReading(textPath(directory, number));
        if (source === null) continue;
        await backup(source, textPath(target, number));
        source.close();
      }
      if (typeof copied?.position !== 'bigint') return;
      const copy = openIndexPosition(target);
      copy.set({ ...copied, position: COPIED_POSITION });
      copy.close();
    },
    close() {
      commit();
      for (const day of open.values()) day.close();
      open.clear();
      position.close();
    },
  };
};

export interface EmbeddedTextWriter extends TextIndexWriter {
  /** Says with the next commit that all is indexed which the source got before. */
  receivedTo(millis: number): void;
  /** No terms of removed traces are in the files of any day. */
  isPurged(): boolean;
  /** It was made by other rules, or was just being made anew: what it has is right as far as it goes. */
  isOutdated(): boolean;
  /**
   * The index is made anew: there is no position until `settle`. What is indexed stays found; unless it is kept as
   * right as far as it goes, readers are told to look into everything that is stored.
   */
  restart(keepsFound: boolean): void;
  /** Whole traces as they are stored, in the order of their ranks; while there is no position. */
  refill(entries: readonly TextEntry[]): void;
  /** All that came up to a position of the source is indexed. */
  settle(position: bigint): void;
  days(): readonly number[];
  /** Removes a whole day at once. */
  drop(day: number): Promise<void>;
  /**
   * Copies what is committed into a directory that has no text index, while writes go on. The copy's position is
   * `COPIED_POSITION`.
   */
  backup(directory: string): Promise<void>;
}
