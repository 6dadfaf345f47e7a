import type { DatabaseSync } from 'node:sqlite';

import { toSet } from './posting-log.js';
import { openSegmentCursor } from './segment-cursor.js';
import type { OpenSegment, SegmentRow, SegmentRows } from './segment-rows.js';

/** A merge under way: one segment made of several, without what was erased. */
export interface Merge {
  /** Does about `STEP_POSTINGS` of it, inside a transaction of the caller's; true while more is to do. */
  step(): boolean;
}

const STEP_POSTINGS = 250_000;
const STEP_TERMS = 5000;

export const startMerge = (database: DatabaseSync, rows: SegmentRows, inputs: readonly SegmentRow[]): Merge => {
  const erased = new Set(
    (database.prepare('SELECT ordinal FROM erased').all() as { ordinal: number }[]).map(({ ordinal }) => ordinal),
  );
  const first = Math.min(...inputs.map((input) => input.first));
  const last = Math.max(...inputs.map((input) => input.last));
  const cursors = inputs.map((input) => openSegmentCursor(database, input));
  let ordinals = new Uint32Array(1 << 16);
  const target: OpenSegment = rows.create(first, last);

  const makeRoom = (used: number, needed: number): void => {
    if (needed <= ordinals.length) return;
    const wider = new Uint32Array(2 * needed);
    wider.set(ordinals.subarray(0, used));
    ordinals = wider;
  };

  const leastTerm = (): string | null => {
    let least: string | null = null;
    for (const { term } of cursors) if (term !== null && (least === null || term < least)) least = term;
    return least;
  };

  const withoutErased = (to: number): number => {
    if (erased.size === 0) return to;
    let end = 0;
    for (let at = 0; at < to; at++) if (!erased.has(ordinals[at] as number)) ordinals[end++] = ordinals[at] as number;
    return end;
  };

  const mergeTerm = (term: string): number => {
    let to = 0;
    for (const cursor of cursors) {
      if (cursor.term !== term) continue;
      makeRoom(to, to + cursor.most());
      to = cursor.take(ordinals, to);
    }
    const end = withoutErased(toSet(ordinals, 0, to));
    if (end > 0) target.builder.add(term, ordinals, 0, end);
    return to;
  };

  return {
    step() {
      let postings = 0;
      for (let terms = 0; terms < STEP_TERMS && postings < STEP_POSTINGS; terms++) {
        const term = leastTerm();
        if (term === null) {
          target.complete();
          rows.remove(inputs.map(({ id }) => id));
          return false;
        }
        postings += mergeTerm(term);
      }
      return true;
    },
  };
};
