import type { ApiKey, MetaStore } from './meta-store.js';

const isAway = (error: unknown): boolean => (error as { code?: unknown }).code === 'STORE_UNAVAILABLE';
const isThere = (error: unknown): boolean => (error as { code?: unknown }).code === 'CONFLICT';

/** Makes `local` know what `shared` does. Keys are never taken away, only revoked. */
const copy = async (keys: readonly ApiKey[], local: MetaStore): Promise<void> => {
  const known = new Map((await local.listKeys()).map(({ hash, status }) => [hash, status]));
  for (const key of keys) {
    const status = known.get(key.hash);
    if (status === key.status) continue;
    if (status === undefined)
      await local.addKey(key).catch((error: unknown) => {
        if (!isThere(error)) throw error;
      });
    else await local.revokeKey(key.hash);
  }
};

/**
 * A shared store with a copy beside the collector: while the shared one is away (STORE_UNAVAILABLE), what it last said
 * still counts, over a restart too, so that senders are let in. Changes need the shared one. Closing closes both.
 */
export const mirrorMetaStore = (shared: MetaStore, local: MetaStore): MetaStore => {
  const orLocally = async <T>(ask: (store: MetaStore) => Promise<T>): Promise<T> => {
    try {
      return await ask(shared);
    } catch (error) {
      if (!isAway(error)) throw error;
      return ask(local);
    }
  };
  return {
    addKey: async (key) => {
      await shared.addKey(key);
      await copy([key], local);
    },
    findKey: (hash) => orLocally((store) => store.findKey(hash)),
    listKeys: () =>
      orLocally(async (store) => {
        const keys = await store.listKeys();
        if (store === shared) await copy(keys, local);
        return keys;
      }),
    revokeKey: async (hashOrHint) => {
      const key = await shared.revokeKey(hashOrHint);
      if (key !== null) await copy([key], local);
      return key;
    },
    close: async () => {
      await shared.close();
      await local.close();
    },
  };
};
