import type { SharedKeysOptions } from './access/index.js';
import { type CollectorConfig, dataPathsOf } from './config/index.js';
import type { Files } from './files/index.js';
import { createKeptCopy } from './kept-keys.js';
import { type MetaStore, openEmbeddedMetaStore } from './meta/index.js';
import { storedIn } from './stored-in.js';

export interface OpenedMetaStore {
  readonly metaStore: MetaStore;
  /** Null: nobody else changes what it holds. */
  readonly shared: SharedKeysOptions | null;
  /** Copies it into a new file; null: it lies elsewhere. */
  readonly backup: ((path: string) => Promise<void>) | null;
}

const REFRESH_MILLIS = 5_000;
const FIRST_WAIT_MILLIS = 5_000;
/** A cluster that is away for a night must not stop the senders. */
const MAX_AGE_MILLIS = 24 * 3_600_000;

/** Opens what holds the keys: beside an embedded store its own file, else an index that all collectors share. */
export const openMetaStore = async (
  config: CollectorConfig,
  files: Files,
  onLookUp: SharedKeysOptions['onLookUp'] = () => undefined,
): Promise<OpenedMetaStore> => {
  const store = storedIn(config);
  const paths = dataPathsOf(config.dataDir);
  if (store.kind === 'embedded') {
    const metaStore = openEmbeddedMetaStore({ path: paths.meta });
    return { metaStore, shared: null, backup: (path) => metaStore.backup(path) };
  }
  const { openElasticsearchKeys } = await import('./store/elasticsearch/index.js');
  const shared: SharedKeysOptions = {
    refreshMillis: REFRESH_MILLIS,
    maxAgeMillis: MAX_AGE_MILLIS,
    firstWaitMillis: FIRST_WAIT_MILLIS,
    kept: createKeptCopy(files, paths.keysCopy),
    onLookUp,
    now: Date.now,
    later: (millis, task) => {
      const timer = setTimeout(task, millis);
      return () => {
        clearTimeout(timer);
      };
    },
  };
  return { metaStore: openElasticsearchKeys(store.config), shared, backup: null };
};
