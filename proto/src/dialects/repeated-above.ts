import type { SpanType } from '../document/index.js';
import { type CallRow, CALLS, type Has, sameKind } from './call-row.js';

/** Spans that make calls of their own, so that a call above them isn't the same call. */
const BOUNDARIES: ReadonlySet<SpanType> = new Set<SpanType>(['tool', 'agent']);

type Climb = 'straight' | 'past-boundary';

/**
 * Marks all above one span that tell the same again: whatever makes no calls itself, and calls of the same kind that
 * hold this one. Stops where another of its kind has climbed before.
 */
const climb = (
  row: CallRow,
  byId: ReadonlyMap<string, CallRow>,
  climbed: Map<CallRow, Climb>,
  mark: (above: CallRow) => void,
): void => {
  let isPast = BOUNDARIES.has(row.type);
  let above = row.parentId === null ? undefined : byId.get(row.parentId);
  while (above !== undefined && above !== row) {
    const before = climbed.get(above);
    if (before === 'straight' || (before !== undefined && isPast)) return;
    climbed.set(above, isPast ? 'past-boundary' : 'straight');
    if (!CALLS.has(above.type) || (!isPast && sameKind(above, row))) mark(above);
    isPast ||= BOUNDARIES.has(above.type);
    above = above.parentId === null ? undefined : byId.get(above.parentId);
  }
};

/** Those above another that tells the same: parents that repeat their children, and calls that hold the same call. */
export const repeatedAbove = (rows: readonly CallRow[], has: Has): Set<CallRow> => {
  const byId = new Map(rows.map((row) => [row.spanId, row]));
  const repeated = new Set<CallRow>();
  const climbedByType = new Map<SpanType, Map<CallRow, Climb>>();
  for (const row of rows) {
    if (!has(row)) continue;
    const climbed = climbedByType.get(row.type) ?? new Map<CallRow, Climb>();
    climbedByType.set(row.type, climbed);
    climb(row, byId, climbed, (above) => {
      if (has(above)) repeated.add(above);
    });
  }
  return repeated;
};
