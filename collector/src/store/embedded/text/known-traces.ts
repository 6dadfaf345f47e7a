import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';

import type { TextTrace } from '../../text-index.js';
import { toStoredKey } from '../stored-key.js';

/** A trace as the writer knows it. */
export interface KnownTrace {
  readonly ordinal: number;
  readonly project: number;
  /** What marks terms as this trace's. */
  readonly mark: number;
  /** Code units of its texts that are indexed. */
  units: number;
  isNew: boolean;
  changed: boolean;
}

/** Which ordinal is whose. Changes are in memory until `save`. */
export interface KnownTraces {
  /** Its trace, made where it is new. */
  of(trace: TextTrace): KnownTrace;
  /** Takes a trace out; null: it is not known. */
  remove(trace: TextTrace): number | null;
  save(): void;
  /** Lets go of what it has in memory; all is saved. */
  forget(): void;
  pending(): number;
}

const HOT_TRACES = 5_000;

/** Where few traces of a day share a number, a short index over it finds them as well as one over their long keys. */
const hashOf = ({ project, traceKey }: TextTrace): number => crc32(`${traceKey}\0${project}`);

const placeOf = ({ project, traceKey }: TextTrace): string => `${traceKey}\0${project}`;

export const createKnownTraces = (
  database: DatabaseSync,
  projectId: (name: string) => number,
  nextMark: () => number,
): KnownTraces => {
  const select = database.prepare('SELECT ordinal, units FROM trace WHERE hash = ? AND project = ? AND key = ?');
  const insert = database.prepare('INSERT INTO trace(ordinal, hash, project, key, units) VALUES (?, ?, ?, ?, ?)');
  const update = database.prepare('UPDATE trace SET units = ? WHERE ordinal = ?');
  const remove = database.prepare('DELETE FROM trace WHERE ordinal = ?');
  const selectNext = database.prepare("SELECT value FROM meta WHERE name = 'next_ordinal'");
  const setNext = database.prepare("INSERT OR REPLACE INTO meta(name, value) VALUES ('next_ordinal', ?)");
  const hot = new Map<string, KnownTrace>();
  const unsaved = new Map<KnownTrace, TextTrace>();
  let next = (selectNext.get() as { value: number } | undefined)?.value ?? 0;

  const find = (trace: TextTrace, project: number): { ordinal: number; units: number } | undefined =>
    select.get(hashOf(trace), project, toStoredKey(trace.traceKey)) as { ordinal: number; units: number } | undefined;

  return {
    of(trace) {
      const place = placeOf(trace);
      let known = hot.get(place);
      if (known === undefined) {
        const project = projectId(trace.project);
        const stored = find(trace, project);
        known = {
          ordinal: stored?.ordinal ?? next++,
          project,
          mark: nextMark(),
          units: stored?.units ?? 0,
          isNew: stored === undefined,
          changed: false,
        };
      } else hot.delete(place);
      hot.set(place, known);
      unsaved.set(known, trace);
      return known;
    },
    remove(trace) {
      hot.delete(placeOf(trace));
      const stored = find(trace, projectId(trace.project));
      if (stored === undefined) return null;
      remove.run(stored.ordinal);
      return stored.ordinal;
    },
    save() {
      for (const [known, trace] of unsaved) {
        if (known.isNew)
          insert.run(known.ordinal, hashOf(trace), known.project, toStoredKey(trace.traceKey), known.units);
        else if (known.changed) update.run(known.units, known.ordinal);
        known.isNew = false;
        known.changed = false;
      }
      unsaved.clear();
      setNext.run(next);
      for (const place of hot.keys()) {
        if (hot.size <= HOT_TRACES) break;
        hot.delete(place);
      }
    },
    forget() {
      hot.clear();
    },
    pending: () => unsaved.size,
  };
};
