import type { DatabaseSync } from 'node:sqlite';

import type { TextCandidate, TextSearch } from '../../text-index.js';
import { fromStoredKey } from '../stored-key.js';
import { createDayPostings } from './day-postings.js';
import { type OrdinalSet, visitOrdinals } from './ordinal-set.js';
import { toTraceWindow, WINDOW_TRACES } from './trace-windows.js';

/** A trace that may answer, before its key is read. */
export interface Hit {
  readonly ordinal: number;
  readonly startUnixNano: bigint;
  readonly project: number;
}

/** Traces among which no start is later than `last`. */
export interface HitWindow {
  readonly number: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** The read side of one day's text index. */
export interface DayCandidates {
  /** Windows that reach into the time asked for, any order. */
  windows(search: TextSearch): readonly HitWindow[];
  find(search: TextSearch): OrdinalSet | null;
  /** The hits of a window that fit, the latest first. */
  hits(search: TextSearch, found: OrdinalSet, window: HitWindow): Hit[];
  /** Traces of the day up to this rank are indexed. */
  rank(): number;
  /** null: it was removed meanwhile. */
  candidate(hit: Hit): TextCandidate | null;
  close(): void;
}

export const createDayCandidates = (database: DatabaseSync, day: number): DayCandidates => {
  const selectWindows = database.prepare('SELECT number, first, last FROM window WHERE last <> 0');
  selectWindows.setReadBigInts(true);
  const selectWindow = database.prepare('SELECT traces FROM window WHERE number = ?');
  const selectTrace = database.prepare('SELECT key FROM trace WHERE ordinal = ?');
  const selectProjects = database.prepare('SELECT id, name FROM project');
  const selectRank = database.prepare("SELECT value FROM meta WHERE name = 'rank'");
  const postings = createDayPostings(database);
  const names = new Map<number, string>();

  const nameOf = (id: number): string | undefined => {
    if (!names.has(id))
      for (const { id: stored, name } of selectProjects.all() as { id: number; name: string }[])
        names.set(stored, name);
    return names.get(id);
  };

  const idOf = (name: string): number | undefined => {
    for (const [id, held] of names) if (held === name) return id;
    nameOf(-1);
    for (const [id, held] of names) if (held === name) return id;
    return undefined;
  };

  return {
    windows(search) {
      const { startUnixNano, endUnixNano, after } = search;
      if (search.project !== null && idOf(search.project) === undefined) return [];
      return (selectWindows.all() as { number: bigint; first: bigint; last: bigint }[])
        .filter(
          ({ first, last }) =>
            (startUnixNano === undefined || last >= startUnixNano) &&
            (endUnixNano === undefined || first < endUnixNano) &&
            (after === undefined || first <= after.startUnixNano),
        )
        .map(({ number, first, last }) => ({ number: Number(number), first, last }));
    },
    find(search) {
      // One snapshot: a merge may take a segment away between two statements.
      database.exec('BEGIN');
      try {
        return postings.find(search.query);
      } finally {
        database.exec('COMMIT');
      }
    },
    hits(search, found, { number }) {
      const { startUnixNano: from, endUnixNano: to, after } = search;
      const project = search.project === null ? null : (idOf(search.project) ?? -1);
      const hits: Hit[] = [];
      const stored = selectWindow.get(number) as { traces: Uint8Array } | undefined;
      if (stored === undefined) return hits;
      const window = toTraceWindow(stored.traces);
      visitOrdinals(found, number * WINDOW_TRACES, (number + 1) * WINDOW_TRACES, (ordinal) => {
        const held = window.projects[ordinal % WINDOW_TRACES] as number;
        if (held === 0 || (project !== null && held !== project)) return;
        const start = window.starts[ordinal % WINDOW_TRACES] as bigint;
        if ((from !== undefined && start < from) || (to !== undefined && start >= to)) return;
        if (after !== undefined && start > after.startUnixNano) return;
        hits.push({ ordinal, startUnixNano: start, project: held });
      });
      return hits.sort((a, b) => (a.startUnixNano > b.startUnixNano ? -1 : a.startUnixNano < b.startUnixNano ? 1 : 0));
    },
    rank: () => (selectRank.get() as { value: number } | undefined)?.value ?? 0,
    candidate({ ordinal, startUnixNano, project }) {
      const stored = selectTrace.get(ordinal) as { key: Uint8Array | string } | undefined;
      const name = nameOf(project);
      if (stored === undefined || name === undefined) return null;
      return { project: name, traceKey: fromStoredKey(stored.key), day, startUnixNano };
    },
    close() {
      database.close();
    },
  };
};
