import { stat } from 'node:fs/promises';

import type { Files } from '../../../files/index.js';
import type { TextCandidate, TextIndexReader, TextSearch } from '../../text-index.js';
import { isAfter, placeOrder } from '../../text-place.js';
import { createDayCandidates, type DayCandidates, type Hit, type HitWindow } from './day-candidates.js';
import type { OrdinalSet } from './ordinal-set.js';
import { readIndexPosition } from './index-position.js';
import { listTextDays } from './list-text-days.js';
import { openTextForReading, textPath } from './schema.js';

export interface TextReaderOptions {
  readonly files: Files;
  /** The embedded store's. */
  readonly directory: string;
}

/** A day, or a window of one, not looked into yet: nothing in it begins after `last`. */
interface Unopened {
  readonly last: bigint;
  readonly day: DayCandidates;
  readonly windows: readonly HitWindow[];
  /** null: what of the day answers is not known yet. */
  readonly found: OrdinalSet | null;
}

interface OpenDay {
  readonly candidates: DayCandidates;
  /** Of the file: a day may be dropped, and come again under its name. */
  readonly inode: number;
}

interface Opened {
  readonly day: DayCandidates;
  readonly hits: readonly Hit[];
  next: number;
}

const MAX_OPEN_DAYS = 64;

const latest = (windows: readonly HitWindow[]): bigint =>
  windows.reduce((last, window) => (window.last > last ? window.last : last), 0n);

export interface Indexed {
  /** By day: traces of the store up to this rank are indexed. */
  readonly ranks: ReadonlyMap<number, number>;
  /** What came before is indexed, to within what lay a moment in between. */
  readonly receivedAtMillis: number;
}

export interface EmbeddedTextReader extends TextIndexReader {
  /** How far the index is; to be asked before the candidates, so that nothing falls between the two. */
  indexed(): Promise<Indexed>;
}

/** Opens the read side of the text index in `directory`; it need not be there yet. */
export const openTextReader = ({ files, directory }: TextReaderOptions): EmbeddedTextReader => {
  const open = new Map<number, OpenDay>();
  let searches = 0;

  const dayOf = async (day: number): Promise<DayCandidates | null> => {
    const path = textPath(directory, day);
    try {
      const { ino: inode } = await stat(path);
      const held = open.get(day);
      if (held?.inode === inode) return held.candidates;
      const database = openTextForReading(path);
      if (database === null) return null;
      const candidates = createDayCandidates(database, day);
      open.set(day, { candidates, inode });
      if (searches <= 1) held?.candidates.close();
      return candidates;
    } catch (error) {
      if (!(await listTextDays(files, directory)).includes(day)) return null;
      throw error;
    }
  };

  /** Closes days that are gone, and lets no more stand open than may; not while a search may be in them. */
  const tidy = (days: readonly number[]): void => {
    if (searches > 1) return;
    for (const [number, day] of open) {
      if (days.includes(number) && open.size <= MAX_OPEN_DAYS) continue;
      open.delete(number);
      day.candidates.close();
    }
  };

  const begin = async (search: TextSearch): Promise<Unopened[]> => {
    const days = await listTextDays(files, directory);
    tidy(days);
    const unopened: Unopened[] = [];
    for (const number of days) {
      const day = await dayOf(number);
      if (day === null) continue;
      const windows = day.windows(search);
      if (windows.length > 0) unopened.push({ last: latest(windows), day, windows, found: null });
    }
    return unopened.sort(byLast);
  };

  /** What is next by start: opens days and windows only while they may hold a later one. */
  const takeLatest = (
    search: TextSearch,
    unopened: Unopened[],
    opened: Opened[],
  ): { day: DayCandidates; hits: Hit[] }[] => {
    for (;;) {
      let start: bigint | null = null;
      for (const { hits, next } of opened) {
        const hit = hits[next];
        if (hit !== undefined && (start === null || hit.startUnixNano > start)) start = hit.startUnixNano;
      }
      const ahead = unopened[unopened.length - 1];
      if (ahead !== undefined && (start === null || ahead.last >= start)) {
        unopened.pop();
        lookInto(search, ahead, unopened, opened);
        continue;
      }
      if (start === null) return [];
      return takeAt(opened, start);
    }
  };

  const walk = async function* (search: TextSearch): AsyncGenerator<TextCandidate> {
    const unopened = await begin(search);
    const opened: Opened[] = [];
    for (;;) {
      const taken = takeLatest(search, unopened, opened);
      if (taken.length === 0) return;
      const ofOneStart = taken
        .flatMap(({ day, hits }) => hits.map((hit) => day.candidate(hit)))
        .filter((candidate) => candidate !== null)
        .sort(placeOrder);
      for (const candidate of ofOneStart)
        if (search.after === undefined || isAfter(candidate, search.after)) yield candidate;
    }
  };

  const count = async (search: TextSearch, upTo: number): Promise<number> => {
    let counted = 0;
    for (const { day, windows } of await begin(search)) {
      const found = day.find(search);
      if (found === null) continue;
      for (const window of windows) {
        if (counted >= upTo) return upTo;
        counted += day.hits(search, found, window).length;
      }
    }
    return Math.min(counted, upTo);
  };

  return {
    async indexed() {
      searches++;
      try {
        const ranks = new Map<number, number>();
        const receivedAtMillis = readIndexPosition(directory)?.receivedAtMillis ?? 0;
        for (const number of await listTextDays(files, directory)) {
          const day = await dayOf(number);
          if (day !== null) ranks.set(number, day.rank());
        }
        return { ranks, receivedAtMillis };
      } finally {
        searches--;
      }
    },
    async *candidates(search) {
      searches++;
      try {
        yield* walk(search);
      } finally {
        searches--;
      }
    },
    async count(search, upTo) {
      searches++;
      try {
        return await count(search, upTo);
      } finally {
        searches--;
      }
    },
    close() {
      for (const { candidates } of open.values()) candidates.close();
      open.clear();
    },
  };
};

const byLast = (a: Unopened, b: Unopened): number => (a.last < b.last ? -1 : a.last > b.last ? 1 : 0);

const lookInto = (search: TextSearch, ahead: Unopened, unopened: Unopened[], opened: Opened[]): void => {
  const { day, windows, found } = ahead;
  const [window] = windows;
  if (found !== null && window !== undefined) {
    const hits = day.hits(search, found, window);
    if (hits.length > 0) opened.push({ day, hits, next: 0 });
    return;
  }
  const ofDay = day.find(search);
  if (ofDay === null) return;
  for (const one of windows) unopened.push({ last: one.last, day, windows: [one], found: ofDay });
  unopened.sort(byLast);
};

const takeAt = (opened: Opened[], start: bigint): { day: DayCandidates; hits: Hit[] }[] => {
  const taken: { day: DayCandidates; hits: Hit[] }[] = [];
  for (const one of opened) {
    const from = one.next;
    while (one.hits[one.next]?.startUnixNano === start) one.next++;
    if (one.next > from) taken.push({ day: one.day, hits: one.hits.slice(from, one.next) });
  }
  for (let at = opened.length - 1; at >= 0; at--) {
    const one = opened[at];
    if (one !== undefined && one.next >= one.hits.length) opened.splice(at, 1);
  }
  return taken;
};
