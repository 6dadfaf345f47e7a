import type { TraceChange, TracePlace } from '../store/index.js';

/** The latest change of a trace, at its place in the order of all. */
export interface LoggedChange extends TracePlace {
  readonly sequence: number;
  /** Where in the order the trace was made; null: before the log began. */
  readonly madeAt: number | null;
  /** Whether those who listen have been told of the trace. */
  isTold: boolean;
}

/**
 * The latest changes, one a trace, in the order of their last. A reader keeps the sequence up to which it has seen;
 * whatever changed after that is found here, or the log says that it no longer reaches so far back.
 */
export interface ChangeLog {
  /** What had to give way is returned. */
  add(change: TraceChange): LoggedChange | null;
  /** Something changed that the log doesn't hold: no older position can be gone on from. */
  forget(): void;
  /** The latest sequence; 0: none yet. */
  end(): number;
  /** Whether all that changed after a position is still held. */
  reaches(sequence: number): boolean;
  /** Changes after a position, oldest first. */
  after(sequence: number): readonly LoggedChange[];
}

export const createChangeLog = (limit: number): ChangeLog => {
  const byPlace = new Map<string, LoggedChange>();
  let sequence = 0;
  let lostUpTo = 0;

  return {
    add({ project, traceKey, isNew }) {
      const place = `${traceKey} ${project}`;
      const before = byPlace.get(place);
      sequence++;
      const madeAt = isNew ? sequence : (before?.madeAt ?? null);
      byPlace.delete(place);
      byPlace.set(place, { project, traceKey, sequence, madeAt, isTold: before?.isTold ?? false });
      if (byPlace.size <= limit) return null;
      const [[oldestPlace, oldest] = []] = byPlace;
      if (oldestPlace === undefined || oldest === undefined) return null;
      byPlace.delete(oldestPlace);
      lostUpTo = Math.max(lostUpTo, oldest.sequence);
      return oldest;
    },
    forget() {
      sequence++;
      lostUpTo = sequence;
    },
    end: () => sequence,
    reaches: (position) => position >= lostUpTo && position <= sequence,
    after: (position) => {
      const found = [...byPlace.values()];
      const first = found.findIndex((change) => change.sequence > position);
      return first < 0 ? [] : found.slice(first);
    },
  };
};
