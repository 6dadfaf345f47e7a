import type { ApiKey, MetaStore } from '../meta/index.js';

export interface KnownKeys {
  /** Rejects where the store does. */
  find(hash: string): Promise<ApiKey | null>;
  /** Reads the store again, after a key was made or revoked. */
  refresh(): Promise<void>;
  /** Keys that were ever made; up to `limit`, exact below it. Null: the store is away, and nothing is known of it. */
  count(): number | null;
  close(): void;
}

/**
 * Keys that nobody else changes, in memory, at most `limit`. While all fit, an unknown key is refused without asking
 * the store, so that guessing costs no disk; beyond that the rest is asked for, and not kept.
 */
export const openKnownKeys = async (store: MetaStore, limit: number): Promise<KnownKeys> => {
  let keys = new Map<string, ApiKey>();
  let isComplete = false;

  const refresh = async (): Promise<void> => {
    const all = await store.listKeys();
    keys = new Map(all.slice(-limit).map((key) => [key.hash, key]));
    isComplete = all.length <= limit;
  };
  await refresh();

  return {
    find: async (hash) => keys.get(hash) ?? (isComplete ? null : store.findKey(hash)),
    refresh,
    count: () => keys.size,
    close: () => undefined,
  };
};
