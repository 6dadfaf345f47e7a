import { join } from 'node:path';

export interface DataPaths {
  readonly journal: string;
  readonly store: string;
  readonly meta: string;
  /** Keys of a store that others share, as they were last: for a start while it is away. */
  readonly keysCopy: string;
  /** Acknowledged requests that could not be stored. */
  readonly deadLetters: string;
  /** How far each endpoint has got that is forwarded to. */
  readonly forward: string;
  /** How far the store was copied elsewhere. */
  readonly migration: string;
  readonly adminSocket: string;
}

/** Where things lie in a data directory; a backup has `store`, `meta` and `deadLetters` at the same places. */
export const dataPathsOf = (dataDir: string): DataPaths => ({
  journal: join(dataDir, 'journal'),
  store: join(dataDir, 'store'),
  meta: join(dataDir, 'meta.sqlite'),
  keysCopy: join(dataDir, 'keys-copy.json'),
  deadLetters: join(dataDir, 'dead-letters'),
  forward: join(dataDir, 'forward'),
  migration: join(dataDir, 'migration.json'),
  adminSocket: join(dataDir, 'admin.sock'),
});
