import { statSync } from 'node:fs';

import type { Fragment } from 'noveum-proto';

import type { Files } from '../../files/index.js';
import { mayHaveMoved } from './block.js';
import { dayName } from './day.js';
import { type CountedTrace, type DayReader, type ListedTrace, openDayReader } from './day-reader.js';
import { indexPath, listDays } from './partitions.js';
import { createBlockReader } from './segment-files.js';

export interface StoredPlace {
  readonly day: number;
  /** Of the day's traces, in the order in which they came. */
  readonly rank: number;
  readonly startUnixNano: bigint;
}

export interface StoredTrace extends StoredPlace {
  readonly project: string;
  readonly traceKey: string;
  readonly fragments: readonly Fragment[];
}

/** A trace with how much the store has of it. */
export interface HeldCounts extends StoredPlace {
  readonly project: string;
  readonly traceKey: string;
  readonly spans: number;
  readonly fragments: number;
}

/** What the store has, for those who keep something beside it; of one thread. */
export interface StoredTraces {
  days(): Promise<readonly number[]>;
  /** Where a trace is stored; null: it is not, or not any more. */
  find(project: string, traceKey: string, likelyDay: number): Promise<StoredPlace | null>;
  /** The next traces of a day after a rank, some of them; empty: there are no more. */
  next(day: number, afterRank: number): Promise<readonly StoredTrace[]>;
  /** The same traces without what was received of them, at most `limit`. */
  counted(day: number, afterRank: number, limit: number): readonly HeldCounts[];
  /** Null: it is not there any more. */
  read(place: HeldCounts): Promise<StoredTrace | null>;
  /** The rank of a day's latest trace; 0: there is none. */
  lastRank(day: number): number;
  /** Closes what is held of files that are gone or were made anew; to be called now and then. */
  letGo(): Promise<void>;
  close(): Promise<void>;
}

const OPEN_DAYS = 8;
const STEP_TRACES = 100;
const STEP_BYTES = 4 * 1024 * 1024;

const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;

export const openStoredTraces = (files: Files, directory: string): StoredTraces => {
  const open = new Map<number, { readonly reader: DayReader; readonly inode: number | undefined }>();
  const blocks = createBlockReader(files, directory);
  let known: readonly number[] = [];

  const readerOf = (day: number): DayReader | null => {
    const held = open.get(day);
    if (held !== undefined) return held.reader;
    for (const [oldest, { reader }] of open) {
      if (open.size < OPEN_DAYS) break;
      open.delete(oldest);
      reader.close();
    }
    const path = indexPath(directory, day);
    const inode = inodeOf(path);
    const reader = openDayReader(path);
    if (reader !== null) open.set(day, { reader, inode });
    return reader;
  };

  const letGo = async (): Promise<void> => {
    for (const [day, { inode, reader }] of open) {
      if (inodeOf(indexPath(directory, day)) === inode) continue;
      open.delete(day);
      reader.close();
      await blocks.forget(dayName(day));
    }
    await blocks.letGo();
  };

  const findIn = (day: number, project: string, traceKey: string): StoredPlace | null => {
    const [found] = readerOf(day)?.find(project, traceKey) ?? [];
    return found === undefined ? null : { day, rank: found.id, startUnixNano: found.start };
  };

  const days = async (): Promise<readonly number[]> => (known = await listDays(files, directory));

  const readTrace = async (day: number, id: number, project: string): Promise<readonly Fragment[]> => {
    const fragments: Fragment[] = [];
    for (const fragment of readerOf(day)?.fragments(id) ?? [])
      fragments.push({ ...fragment, project, payload: await blocks.payload(dayName(day), fragment) });
    return fragments;
  };

  /** Compaction may have removed a segment since its rows were read: by now they say where the payload went. */
  const readAgain = (error: unknown, day: number, id: number, project: string): Promise<readonly Fragment[]> => {
    if (!mayHaveMoved(error)) throw error;
    return readTrace(day, id, project);
  };

  const readListed = async (day: number, { id, key, project, start }: ListedTrace): Promise<StoredTrace> => {
    const fragments = await readTrace(day, id, project).catch((error: unknown) => readAgain(error, day, id, project));
    return { day, rank: id, startUnixNano: start, project, traceKey: key, fragments };
  };

  const heldCounts = (day: number, trace: CountedTrace): HeldCounts => {
    const { fragments, id, key, project, spans, start } = trace;
    return { day, rank: id, startUnixNano: start, project, traceKey: key, spans, fragments };
  };

  return {
    days,
    async find(project, traceKey, likelyDay) {
      if (known.includes(likelyDay)) {
        const found = findIn(likelyDay, project, traceKey);
        if (found !== null) return found;
      }
      await letGo();
      for (const day of (await days()).toReversed()) {
        const found = findIn(day, project, traceKey);
        if (found !== null) return found;
      }
      return null;
    },
    async next(day, afterRank) {
      const traces: StoredTrace[] = [];
      let bytes = 0;
      for (const listed of readerOf(day)?.after(afterRank, STEP_TRACES) ?? []) {
        if (bytes > STEP_BYTES) break;
        const trace = await readListed(day, listed);
        for (const { payload } of trace.fragments) bytes += payload.length;
        traces.push(trace);
      }
      return traces;
    },
    counted: (day, afterRank, limit) =>
      (readerOf(day)?.counted(afterRank, limit) ?? []).map((trace) => heldCounts(day, trace)),
    async read({ day, project, traceKey }) {
      const [found] = readerOf(day)?.find(project, traceKey) ?? [];
      if (found === undefined) return null;
      return readListed(day, { ...found, key: traceKey });
    },
    lastRank: (day) => readerOf(day)?.lastId() ?? 0,
    letGo,
    async close() {
      await blocks.close();
      for (const { reader } of open.values()) reader.close();
      open.clear();
    },
  };
};
