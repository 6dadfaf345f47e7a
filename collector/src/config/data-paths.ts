import { join } from 'node:path';

export interface DataPaths {
  readonly journal: string;
  readonly store: string;
  readonly meta: string;
  readonly adminSocket: string;
}

/** Where things lie in a data directory; a backup has `store` and `meta` at the same places. */
export const dataPathsOf = (dataDir: string): DataPaths => ({
  journal: join(dataDir, 'journal'),
  store: join(dataDir, 'store'),
  meta: join(dataDir, 'meta.sqlite'),
  adminSocket: join(dataDir, 'admin.sock'),
});
