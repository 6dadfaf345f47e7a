import type { DatabaseSync } from 'node:sqlite';

import type { TraceFragment } from '../trace-store.js';
import { type Counted, countedOf } from './counted.js';
import { createKeyFilter, type KeyFilter } from './key-filter.js';
import type { KeyFilters } from './key-filters.js';
import { createKinds } from './kinds.js';
import { createRollup, type ProjectHour, type Rollup } from './rollup.js';
import { COLUMNS, columnValues, KIND_COLUMNS, type StoredRow, toTraceRow } from './row-columns.js';
import { FRAGMENT_KIND_CODE, openIndexForWriting } from './schema.js';
import { fromStoredKey, toStoredKey } from './stored-key.js';
import { type Place, type StoredFragment, toStoredFragment } from './stored-fragment.js';
import type { TraceRow } from './trace-row.js';
import { createUsageSums } from './usage-sums.js';

/** A filter is made anew, from all keys, once it is full: seldom (128 KiB for the first). */
const FIRST_FILTER_KEYS = 65_536;
const FILTER_GROWTH = 4;

/** The write side of one day's index. All calls are synchronous; callers wrap them in `transaction`. */
export interface DayIndex {
  readonly day: number;
  transaction<T>(write: () => T): T;
  projectId(name: string): number;
  projectName(id: number): string;
  load(project: number, key: string): TraceRow | null;
  /** Writes the row as it stands; `before` is how it was counted until now. */
  save(row: TraceRow, before: Counted | null): void;
  addFragment(row: TraceRow, seq: number, fragment: TraceFragment, place: Place, payloadHash: number): void;
  fragments(row: TraceRow): readonly StoredFragment[];
  /** Takes a trace out of the index; returns the bytes of payload that are dead now. */
  remove(id: number): number;
  /** Counts hours anew from the rows as they stand, uniques too; inside the transaction that changed them. */
  recountHours(hours: Iterable<ProjectHour>): void;
  addUsage(project: number, usageDay: number, traces: number, spans: number, bytes: number): void;
  /** Writes roll-ups and usage; inside the transaction that counted them. */
  flushSums(): void;
  segment(): number;
  /** A new one. */
  setSegment(segment: number): void;
  /** Where what is committed of a segment ends; null: not known. */
  segmentEnd(segment: number): number | null;
  setSegmentEnd(segment: number, end: number): void;
  keyFilter(): KeyFilter;
  shortenLog(): void;
  readonly database: DatabaseSync;
  close(): void;
}

/** `filters` outlives the index: a day that is closed again keeps its filter. */
export const openDayIndex = (path: string, day: number, filters: Pick<KeyFilters, 'get' | 'set'>): DayIndex => {
  const database = openIndexForWriting(path);
  const prepare = (sql: string) => database.prepare(sql);
  const selectRow = prepare(
    `SELECT r.id AS id, kind, ${[...COLUMNS, ...KIND_COLUMNS].join(', ')}
     FROM trace r JOIN kind k ON k.id = r.kind WHERE r.key = ? AND r.project = ?`,
  );
  selectRow.setReadBigInts(true);
  const selectIds = prepare('SELECT span_ids, content_hash FROM fragment WHERE trace = ? ORDER BY seq');
  const selectFragments = prepare('SELECT * FROM fragment WHERE trace = ? ORDER BY seq');
  const insertRow = prepare(
    `INSERT INTO trace(project, key, kind, ${COLUMNS.join(', ')}) VALUES (?, ?, ?, ${COLUMNS.map(() => '?').join(', ')})`,
  );
  const updateRow = prepare(
    `UPDATE trace SET kind = ?, ${COLUMNS.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`,
  );
  const insertTag = prepare('INSERT OR IGNORE INTO tag(project, value, start, trace) VALUES (?, ?, ?, ?)');
  const deleteTag = prepare('DELETE FROM tag WHERE project = ? AND value = ? AND start = ? AND trace = ?');
  const insertFragment = prepare(
    `INSERT INTO fragment(trace, seq, kind, received, key_environment, segment, block, block_length, offset, length, span_ids, content_hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertUsage = prepare(
    `INSERT INTO usage(project, day, traces, spans, bytes) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET traces = traces + excluded.traces, spans = spans + excluded.spans, bytes = bytes + excluded.bytes`,
  );
  const upsertSegment = prepare('INSERT OR REPLACE INTO segment(number, end) VALUES (?, ?)');
  const projects = new Map<string, number>();
  const projectNames = new Map<number, string>();
  const kinds = createKinds(database);
  const rollup: Rollup = createRollup(database);
  const usage = createUsageSums((project, usageDay, sums) => {
    insertUsage.run(project, usageDay, sums.traces, sums.spans, sums.bytes);
  });

  const projectId = (name: string): number => {
    const known = projects.get(name);
    if (known !== undefined) return known;
    prepare('INSERT OR IGNORE INTO project(name) VALUES (?)').run(name);
    const { id } = prepare('SELECT id FROM project WHERE name = ?').get(name) as { id: number };
    projects.set(name, id);
    projectNames.set(id, name);
    return id;
  };

  const rollBack = (): void => {
    try {
      database.exec('ROLLBACK');
    } catch {
      // SQLite has done it already, as it does on a full or failing disk; what counts is that fault.
    }
  };

  const moveTags = (row: TraceRow, before: Counted | null, now: Counted): void => {
    const isMoved = before?.start !== now.start;
    for (const tag of before?.tags ?? [])
      if (isMoved || !now.tags.includes(tag)) deleteTag.run(row.project, tag, (before as Counted).start, row.id);
    for (const tag of now.tags)
      if (isMoved || !before.tags.includes(tag)) insertTag.run(row.project, tag, now.start, row.id);
  };

  return {
    day,
    database,
    projectId,
    projectName(id) {
      const known = projectNames.get(id);
      if (known !== undefined) return known;
      const { name } = prepare('SELECT name FROM project WHERE id = ?').get(id) as { name: string };
      projectNames.set(id, name);
      return name;
    },
    transaction(write) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = write();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        projects.clear();
        projectNames.clear();
        rollup.forget();
        usage.forget();
        kinds.forget();
        rollBack();
        throw error;
      }
    },
    load(project, key) {
      const stored = selectRow.get(toStoredKey(key), project) as unknown as StoredRow | undefined;
      if (stored === undefined) return null;
      const row = toTraceRow(project, key, stored);
      for (const fragment of selectIds.all(row.id) as { span_ids: Uint8Array | null; content_hash: number }[]) {
        if (fragment.span_ids !== null) row.spanIds.push(fragment.span_ids);
        row.payloadHashes.push(fragment.content_hash);
      }
      return row;
    },
    save(row, before) {
      const kindBefore = row.kind;
      row.kind = kinds.idOf(row);
      if (row.id === 0) {
        row.id = Number(
          insertRow.run(row.project, toStoredKey(row.key), row.kind, ...columnValues(row)).lastInsertRowid,
        );
        filters.get(day)?.add(row.key);
      } else updateRow.run(row.kind, ...columnValues(row), row.id);
      if (kindBefore !== 0 && kindBefore !== row.kind) kinds.release(row.project, kindBefore);
      const now = countedOf(row);
      moveTags(row, before, now);
      rollup.count(row.project, before, now);
    },
    addFragment(row, seq, fragment, place, payloadHash) {
      insertFragment.run(
        row.id,
        seq,
        FRAGMENT_KIND_CODE[fragment.kind],
        fragment.receivedAtMillis,
        fragment.keyEnvironment,
        place.segment,
        place.block,
        place.blockLength,
        place.offset,
        place.length,
        fragment.facts?.spanIds ?? null,
        payloadHash,
      );
    },
    remove(id) {
      const { project, key } = prepare('SELECT project, key FROM trace WHERE id = ?').get(id) as {
        project: number;
        key: Uint8Array | string;
      };
      const stored = selectRow.get(key, project) as unknown as StoredRow;
      const counted = countedOf(toTraceRow(project, fromStoredKey(key), stored));
      rollup.uncount(project, counted);
      for (const tag of counted.tags) deleteTag.run(project, tag, counted.start, id);
      const { dead } = prepare('SELECT coalesce(sum(length), 0) AS dead FROM fragment WHERE trace = ?').get(id) as {
        dead: number;
      };
      prepare('DELETE FROM fragment WHERE trace = ?').run(id);
      prepare('DELETE FROM trace WHERE id = ?').run(id);
      kinds.release(project, Number(stored.kind));
      return dead;
    },
    fragments: (row) => selectFragments.all(row.id).map(toStoredFragment),
    recountHours(hours) {
      for (const place of hours) rollup.recount(place);
    },
    addUsage(project, usageDay, traces, spans, bytes) {
      usage.add(project, usageDay, traces, spans, bytes);
    },
    flushSums: () => {
      rollup.flush();
      usage.flush();
    },
    segment: () =>
      (prepare(`SELECT value FROM meta WHERE name = 'segment'`).get() as { value: number } | undefined)?.value ?? 1,
    setSegment(segment) {
      upsertSegment.run(segment, 0);
      prepare(`INSERT OR REPLACE INTO meta(name, value) VALUES ('segment', ?)`).run(segment);
    },
    segmentEnd: (segment) =>
      (prepare('SELECT end FROM segment WHERE number = ?').get(segment) as { end: number } | undefined)?.end ?? null,
    setSegmentEnd(segment, end) {
      upsertSegment.run(segment, end);
    },
    keyFilter() {
      const held = filters.get(day);
      if (held?.isFull() === false) return held;
      const { count } = prepare('SELECT count(*) AS count FROM trace').get() as { count: number };
      const filter = createKeyFilter(Math.max(count * FILTER_GROWTH, FIRST_FILTER_KEYS));
      for (const stored of prepare('SELECT key FROM trace').iterate() as Iterable<{ key: Uint8Array | string }>)
        filter.add(fromStoredKey(stored.key));
      filters.set(day, filter);
      return filter;
    },
    shortenLog() {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    },
    close() {
      database.close();
    },
  };
};
