import type { TraceChange } from '../store/index.js';

/** What a commit has changed: ids alone, as many as are worth telling. */
export interface ToldChanges {
  readonly changes: readonly TraceChange[];
  /** Changed traces that are told by their number alone, by project. */
  readonly untold: ReadonlyMap<string, number>;
}

export interface ChangeNotes {
  readonly note: (change: TraceChange) => void;
  /** null: nothing has changed. */
  told(): ToldChanges | null;
}

/** Of one commit; a project that fills it leaves place for the others of the next. */
const TOLD = 2_000;

export const createChangeNotes = (limit = TOLD): ChangeNotes => {
  const changes: TraceChange[] = [];
  const untold = new Map<string, number>();
  return {
    note(change) {
      if (changes.length < limit) changes.push(change);
      else untold.set(change.project, (untold.get(change.project) ?? 0) + 1);
    },
    told: () => (changes.length === 0 ? null : { changes, untold }),
  };
};
