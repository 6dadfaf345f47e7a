import type { DatabaseSync } from 'node:sqlite';

import { KIND_COLUMNS, kindValues } from './row-columns.js';
import type { TraceRow } from './trace-row.js';

/**
 * The kinds of traces: what many traces have alike (name, status, environment, lists of services, models and so on) is
 * written down once, and each trace refers to it. So a filter by any of it asks a few kinds, not every trace.
 */
export interface Kinds {
  /** The kind of a row as it stands, made where there is none. */
  idOf(row: TraceRow): number;
  /** A trace of this kind has gone or is of another now: a kind that no trace has is forgotten, what it says with it. */
  release(project: number, kind: number): void;
  /** After a roll-back. */
  forget(): void;
}

const HELD_KINDS = 10_000;

export const createKinds = (database: DatabaseSync): Kinds => {
  const select = database.prepare(
    `SELECT id FROM kind WHERE project = ? AND ${KIND_COLUMNS.map((column) => `${column} IS ?`).join(' AND ')}`,
  );
  const insert = database.prepare(
    `INSERT INTO kind(project, ${KIND_COLUMNS.join(', ')}) VALUES (?, ${KIND_COLUMNS.map(() => '?').join(', ')})`,
  );
  const removeUnused = database.prepare(
    'DELETE FROM kind WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM trace INDEXED BY trace_kind WHERE project = ?2 AND kind = ?1)',
  );
  const held = new Map<string, number>();

  return {
    idOf(row) {
      const values = kindValues(row);
      const said = JSON.stringify([row.project, ...values]);
      const known = held.get(said);
      if (known !== undefined) return known;
      const stored = select.get(row.project, ...values) as { id: number } | undefined;
      const id = stored?.id ?? Number(insert.run(row.project, ...values).lastInsertRowid);
      if (held.size >= HELD_KINDS) held.clear();
      held.set(said, id);
      return id;
    },
    release(project, kind) {
      if (removeUnused.run(kind, project).changes === 0) return;
      for (const [said, id] of held) if (id === kind) held.delete(said);
    },
    forget() {
      held.clear();
    },
  };
};
