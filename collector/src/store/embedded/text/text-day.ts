import type { DatabaseSync } from 'node:sqlite';

import type { TextEntry, TextTrace } from '../../text-index.js';
import { createKnownTraces } from './known-traces.js';
import { createPostingLog } from './posting-log.js';
import { inTransaction, openTextForWriting } from './schema.js';
import { createSegmentRows, type SegmentRows } from './segment-rows.js';
import type { TextTerms } from '../../text-terms/index.js';
import { createTraceWindows } from './trace-windows.js';

/** The write side of one day's text index. */
export interface TextDay {
  readonly database: DatabaseSync;
  readonly segments: SegmentRows;
  /** Returns false where the trace has more text than is indexed. `isWhole`: these are all of its texts, not more of them. */
  add(entry: TextEntry, isWhole: boolean): boolean;
  /** Readers are told again that nothing of it is indexed. */
  forgetRank(): void;
  /** Writes what was added since; `position` is kept with it. */
  commit(position: bigint): void;
  /** Removes traces at once from what readers find; nothing may be uncommitted. */
  remove(traces: readonly TextTrace[], nowMillis: number): void;
  /** Of the last commit; -1: none. */
  position(): bigint;
  /** The marks of its traces mean nothing any more; nothing may be uncommitted. */
  forgetMarks(): void;
  pendingPostings(): number;
  pendingTraces(): number;
  close(): void;
}

export interface TextDayOptions {
  readonly path: string;
  readonly terms: TextTerms;
  readonly maxTraceUnits: number;
}

export const openTextDay = ({ path, terms, maxTraceUnits }: TextDayOptions): TextDay => {
  const database = openTextForWriting(path);
  const selectProject = database.prepare('SELECT id FROM project WHERE name = ?');
  const insertProject = database.prepare('INSERT INTO project(name) VALUES (?)');
  const selectPosition = database.prepare("SELECT value FROM meta WHERE name = 'position'");
  const setPosition = database.prepare("INSERT OR REPLACE INTO meta(name, value) VALUES ('position', ?)");
  const insertErased = database.prepare('INSERT OR REPLACE INTO erased(ordinal, before_segment, at) VALUES (?, ?, ?)');
  selectPosition.setReadBigInts(true);
  const projects = new Map<string, number>();

  const projectId = (name: string): number => {
    const known = projects.get(name);
    if (known !== undefined) return known;
    const stored = selectProject.get(name) as { id: number } | undefined;
    const id = stored?.id ?? Number(insertProject.run(name).lastInsertRowid);
    projects.set(name, id);
    return id;
  };

  const traces = createKnownTraces(database, projectId, () => terms.nextMark());
  const windows = createTraceWindows(database);
  const segments = createSegmentRows(database);
  const log = createPostingLog();
  const selectRank = database.prepare("SELECT value FROM meta WHERE name = 'rank'");
  const setRank = database.prepare("INSERT OR REPLACE INTO meta(name, value) VALUES ('rank', ?)");
  let rank = (selectRank.get() as { value: number } | undefined)?.value ?? 0;
  let committed = (selectPosition.get() as { value: bigint } | undefined)?.value ?? -1n;
  segments.removeIncomplete();

  return {
    database,
    segments,
    add(entry, isWhole) {
      const trace = traces.of(entry);
      if (isWhole) trace.units = 0;
      rank = Math.max(rank, entry.rank ?? 0);
      const { ordinal, mark } = trace;
      if (trace.isNew && trace.units === 0 && !trace.changed) windows.set(ordinal, trace.project, entry.startUnixNano);
      else windows.begin(ordinal, entry.startUnixNano);
      trace.changed = true;
      for (const { text } of entry.texts) {
        const room = maxTraceUnits - trace.units;
        if (room <= 0) return false;
        trace.units += text.length;
        log.add(terms.newTo(mark, text.length > room ? text.slice(0, room) : text), ordinal);
        if (text.length > room) return false;
      }
      return true;
    },
    commit(position) {
      inTransaction(database, () => {
        traces.save();
        windows.save();
        if (log.size > 0) {
          const { first, last } = log.range();
          const segment = segments.create(first, last);
          log.drainTo(segment.builder, terms.dictionary);
          segment.complete();
        }
        setPosition.run(position);
        setRank.run(rank);
      });
      committed = position;
    },
    remove(removed, nowMillis) {
      inTransaction(database, () => {
        for (const trace of removed) {
          const ordinal = traces.remove(trace);
          if (ordinal === null) continue;
          windows.erase(ordinal);
          insertErased.run(ordinal, segments.nextId(), nowMillis);
        }
        windows.save();
      });
    },
    forgetRank() {
      rank = 0;
      setRank.run(rank);
    },
    position: () => committed,
    forgetMarks: () => {
      traces.forget();
    },
    pendingPostings: () => log.size,
    pendingTraces: () => traces.pending(),
    close() {
      database.close();
    },
  };
};
