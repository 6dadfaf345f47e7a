import { senderKey, type SenderRow } from '../meta/index.js';

/** The rows of one collector, at most so many; those of the project that has the most go first, seen longest ago first. */
export interface KnownSenders {
  get(project: string, key: string): SenderRow | undefined;
  /** The row is the one that was seen last. Gives back the one that had to go for it, if any. */
  put(row: SenderRow): SenderRow | undefined;
  /** Those seen before this time are taken out and given back. */
  takeOld(beforeMillis: number): readonly SenderRow[];
  rows(): readonly SenderRow[];
  readonly count: number;
}

export const createKnownSenders = (maxSenders: number): KnownSenders => {
  /** By project, then by key; each map has the row that was seen last at its end. */
  const projects = new Map<string, Map<string, SenderRow>>();
  let count = 0;

  const remove = (row: SenderRow): void => {
    const rows = projects.get(row.project);
    if (rows?.delete(senderKey(row)) !== true) return;
    count -= 1;
    if (rows.size === 0) projects.delete(row.project);
  };

  const rowToGo = (): SenderRow | undefined => {
    let most: Map<string, SenderRow> | undefined;
    for (const rows of projects.values()) if (rows.size > (most?.size ?? 0)) most = rows;
    return most?.values().next().value;
  };

  const rows = (): readonly SenderRow[] => [...projects.values()].flatMap((each) => [...each.values()]);

  return {
    get: (project, key) => projects.get(project)?.get(key),
    put(row) {
      remove(row);
      const ofProject = projects.get(row.project) ?? new Map<string, SenderRow>();
      projects.set(row.project, ofProject);
      ofProject.set(senderKey(row), row);
      count += 1;
      const gone = count > maxSenders ? rowToGo() : undefined;
      if (gone !== undefined) remove(gone);
      return gone;
    },
    takeOld(beforeMillis) {
      const old = rows().filter(({ lastSeenMillis }) => lastSeenMillis < beforeMillis);
      for (const row of old) remove(row);
      return old;
    },
    rows,
    get count() {
      return count;
    },
  };
};
