import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { ERASURE_LOG_NAME } from './erasure-log.js';
import { createTombstones } from './tombstones.js';

/** Which traces were erased, as the log of a store that another may be writing to says at the moment. */
export interface ErasedTraces {
  count(): number;
  has(project: string, traceKey: string): boolean;
  close(): void;
}

/** Null: nothing was ever erased. To be closed soon, since it doesn't see what is erased after it was opened. */
export const openErasedTraces = (directory: string): ErasedTraces | null => {
  const path = `${directory}/${ERASURE_LOG_NAME}`;
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true });
  const stored = database.prepare(`SELECT value FROM meta WHERE name = 'salt'`).get() as { value: string } | undefined;
  if (stored === undefined) {
    database.close();
    return null;
  }
  const tombstones = createTombstones(database, stored.value);
  return {
    count: () => tombstones.count(),
    has: (project, traceKey) => tombstones.has(project, traceKey),
    close() {
      database.close();
    },
  };
};
