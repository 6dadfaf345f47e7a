import type { DatabaseSync } from 'node:sqlite';

import { joinList } from './row-columns.js';
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

const VALUES = ['status', 'name', 'environment', 'services', 'models', 'providers', 'types', 'error_types'] as const;

const sortedList = (list: readonly string[]): string | null => joinList(list.length > 1 ? list.toSorted() : list);

const valuesOf = (row: TraceRow) => [
  row.status,
  row.name?.text ?? '',
  row.environment?.text ?? null,
  sortedList(row.services),
  sortedList(row.models),
  sortedList(row.providers),
  row.isGenAi ? sortedList(row.spanTypes) : row.spans > 0 ? 'span' : null,
  sortedList(row.errorTypes),
];

export const createKinds = (database: DatabaseSync): Kinds => {
  const select = database.prepare(
    `SELECT id FROM kind WHERE project = ? AND ${VALUES.map((column) => `${column} IS ?`).join(' AND ')}`,
  );
  const insert = database.prepare(
    `INSERT INTO kind(project, ${VALUES.join(', ')}) VALUES (?, ${VALUES.map(() => '?').join(', ')})`,
  );
  const removeUnused = database.prepare(
    'DELETE FROM kind WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM trace INDEXED BY trace_kind WHERE project = ?2 AND kind = ?1)',
  );
  const held = new Map<string, number>();

  return {
    idOf(row) {
      const values = valuesOf(row);
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
