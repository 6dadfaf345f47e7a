import type { SQLInputValue } from 'node:sqlite';

import type { ErasureTarget } from '../trace-store.js';
import type { DayIndex } from './day-index.js';
import { metaNumber, setMetaNumber } from './meta-number.js';
import { fromStoredKey, toStoredKey } from './stored-key.js';

/** A trace to be erased from a day's index. */
export interface DoomedTrace {
  readonly id: number;
  readonly project: string;
  readonly traceKey: string;
}

const conditionsOf = (target: ErasureTarget): readonly (readonly [sql: string, value: SQLInputValue])[] => {
  const { project, traceKey, userId, sessionId, startUnixNano, endUnixNano } = target;
  return [
    ...(project === null ? [] : [['p.name = ?', project] as const]),
    ...(traceKey === undefined ? [] : [['r.key = ?', toStoredKey(traceKey)] as const]),
    ...(userId === undefined ? [] : [['r.user = ?', userId] as const]),
    ...(sessionId === undefined ? [] : [['r.session = ?', sessionId] as const]),
    ...(startUnixNano === undefined ? [] : [['r.start >= ?', startUnixNano] as const]),
    ...(endUnixNano === undefined ? [] : [['r.start < ?', endUnixNano] as const]),
  ];
};

/** Rows that come later have greater ids. */
export const lastTraceId = ({ database }: DayIndex): number =>
  (database.prepare('SELECT coalesce(max(id), 0) AS id FROM trace').get() as { id: number }).id;

/** At most `limit` of the target's traces up to an id. */
export const findDoomed = (
  { database }: DayIndex,
  target: ErasureTarget,
  lastId: number,
  limit: number,
): readonly DoomedTrace[] => {
  const conditions = conditionsOf(target);
  const rows = database
    .prepare(
      `SELECT r.id AS id, r.key AS key, p.name AS project FROM trace r JOIN project p ON p.id = r.project
       WHERE ${[...conditions.map(([sql]) => sql), 'r.id <= ?'].join(' AND ')} LIMIT ?`,
    )
    .all(...conditions.map(([, value]) => value), lastId, limit) as {
    id: number;
    key: Uint8Array | string;
    project: string;
  }[];
  return rows.map(({ id, key, project }) => ({ id, project, traceKey: fromStoredKey(key) }));
};

const NANOS_PER_HOUR = 3_600_000_000_000;

/** Takes the traces out of the index, and notes what is to be done for that nothing is left of them. */
export const eraseFromDay = (index: DayIndex, doomed: readonly DoomedTrace[]): void => {
  const { database } = index;
  const noteBlocks = database.prepare(
    'INSERT OR IGNORE INTO dead_block SELECT DISTINCT segment, block, block_length FROM fragment WHERE trace = ?',
  );
  const noteHour = database.prepare(
    `INSERT OR IGNORE INTO dirty_hour SELECT project, start / ${String(NANOS_PER_HOUR)} FROM trace WHERE id = ?`,
  );
  index.transaction(() => {
    let dead = metaNumber(index, 'dead_bytes');
    for (const { id } of doomed) {
      noteBlocks.run(id);
      noteHour.run(id);
      dead += index.remove(id);
    }
    setMetaNumber(index, 'dead_bytes', dead);
    setMetaNumber(index, 'holds_erased', 1);
    index.flushSums();
  });
};

/** Sketches can't forget: the sums of the hours that something was erased from are made anew. True while there is one more. */
export const recountHour = (index: DayIndex): boolean => {
  const { database } = index;
  const dirty = database.prepare('SELECT project, hour FROM dirty_hour LIMIT 1').get();
  if (dirty === undefined) return false;
  const { project, hour } = dirty as { project: number; hour: number };
  index.transaction(() => {
    index.recountHours([{ project, hour }]);
    database.prepare('DELETE FROM dirty_hour WHERE project = ? AND hour = ?').run(project, hour);
    index.flushSums();
  });
  return true;
};
