import type { ApiKey, MetaStore } from '../meta/index.js';

export interface KnownKeys {
  find(hash: string): Promise<ApiKey | null>;
  /** Reads the store again, after a key was made or revoked. */
  refresh(): Promise<void>;
  /** Reads it again where others may have changed it since; what is known stays where that fails. */
  freshen(): Promise<void>;
  /** Keys that were ever made; up to `limit`, exact below it. */
  count(): number;
}

export interface KnownKeysOptions {
  readonly limit: number;
  /** After so long another collector's changes are looked for; null: nobody else changes the store. */
  readonly refreshMillis: number | null;
  readonly nowMillis: () => number;
}

/** Guessing keys costs one read of a shared store a second, whatever the number of guesses. */
const UNKNOWN_REFRESH_MILLIS = 1_000;

/**
 * Keys in memory, at most `limit`. While all fit, an unknown key is refused without asking the store, so that guessing
 * costs no disk; beyond that the rest is asked for, and not kept. Of a shared store a known key is answered at once and
 * looked up behind the answer; for an unknown one the store is read again first. Rejects where that can't be done.
 */
export const openKnownKeys = async (store: MetaStore, options: KnownKeysOptions): Promise<KnownKeys> => {
  const { limit, refreshMillis, nowMillis } = options;
  let keys = new Map<string, ApiKey>();
  let isComplete = false;
  /** The last reading has failed, or goes on. */
  let isBehind = false;
  let readAtMillis = 0;
  let reading: Promise<void> | null = null;

  const refresh = async (): Promise<void> => {
    readAtMillis = nowMillis();
    isBehind = true;
    const all = await store.listKeys();
    isBehind = false;
    keys = new Map(all.slice(-limit).map((key) => [key.hash, key]));
    isComplete = all.length <= limit;
  };
  const refreshAfter = (millis: number): Promise<void> => {
    // A clock that was set back is no reason to wait until it has caught up.
    if (reading === null && Math.abs(nowMillis() - readAtMillis) >= millis)
      reading = refresh().finally(() => {
        reading = null;
      });
    return reading ?? Promise.resolve();
  };
  const freshen = (): Promise<void> =>
    refreshMillis === null ? Promise.resolve() : refreshAfter(refreshMillis).catch(() => undefined);
  await refresh();

  return {
    find: async (hash) => {
      const held = keys.get(hash);
      if (held !== undefined) {
        void freshen();
        return held;
      }
      if (refreshMillis !== null) await refreshAfter(Math.min(UNKNOWN_REFRESH_MILLIS, refreshMillis));
      return keys.get(hash) ?? (isComplete && !isBehind ? null : store.findKey(hash));
    },
    refresh,
    freshen,
    count: () => keys.size,
  };
};
