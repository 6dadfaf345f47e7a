import { CollectorError } from '../errors/index.js';
import type { ApiKey, MetaStore } from '../meta/index.js';
import type { KnownKeys } from './known-keys.js';

/** All keys as a store gave them once. */
export interface KeysCopy {
  readonly readAtMillis: number;
  readonly keys: readonly ApiKey[];
}

/** Where a copy lies for the next start, which may come while the store is away. Neither may reject. */
export interface KeptCopy {
  read(): Promise<KeysCopy | null>;
  write(copy: KeysCopy): Promise<void>;
}

/**
 * What came of a question for a key that isn't in memory. `refused`: as many are under way as may. `forgotten` comes
 * beside another: the hashes that nobody has were so many that none of them is remembered any more.
 */
export type KeyLookUp = 'found' | 'unknown' | 'failed' | 'refused' | 'forgotten';

/** Keys that other collectors make and revoke too, in a store that may be away. */
export interface SharedKeysOptions {
  /** Between two looks at all keys: so late at the latest what another revoked is refused here. */
  readonly refreshMillis: number;
  /** For so long known keys are taken while the store is away. */
  readonly maxAgeMillis: number;
  /** For so long the start waits for the first look. */
  readonly firstWaitMillis: number;
  readonly kept: KeptCopy;
  /** Told of each question for a key that isn't in memory. */
  readonly onLookUp: (outcome: KeyLookUp) => void;
  readonly now: () => number;
  /** Runs the task once after so long, unless what it returns is called before. */
  readonly later: (millis: number, task: () => void) => () => void;
}

/** Questions for unknown keys, under way at a time: guessing must not become load on the store. */
const MOST_LOOKUPS = 32;
const MOST_UNKNOWN = 10_000;
const UNKNOWN_MILLIS = 2_000;
const RETRY_AFTER_SECONDS = 5;
const BUSY_RETRY_SECONDS = 1;
/** A copy that says the same is written anew after so long. */
const KEEP_MILLIS = 60_000;

const unavailable = (message: string, retryAfterSeconds: number, cause?: unknown): CollectorError =>
  new CollectorError({ code: 'STORE_UNAVAILABLE', message, retryAfterSeconds }, { cause });

const AWAY = "the key can't be checked while the store of keys is away";

/**
 * Keys in memory, at most `limit`, looked at anew all the time. One that isn't among them is asked for, since another
 * collector may just have made it. While the store is away known keys hold for `maxAgeMillis`, and `find` rejects with
 * STORE_UNAVAILABLE for all others.
 */
export const openSharedKeys = async (
  store: MetaStore,
  limit: number,
  options: SharedKeysOptions,
): Promise<KnownKeys> => {
  const { firstWaitMillis, kept, later, maxAgeMillis, now, onLookUp, refreshMillis } = options;
  let keys: Map<string, ApiKey> | null = null;
  let readAtMillis = Number.NEGATIVE_INFINITY;
  let keptAtMillis = Number.NEGATIVE_INFINITY;
  let keptText = '';
  let lookups = 0;
  let cancelNext: () => void = () => undefined;
  let isClosed = false;
  /** Hashes that nobody has, and until when that is taken for granted. */
  const unknown = new Map<string, number>();

  const take = (copy: KeysCopy): void => {
    keys = new Map(copy.keys.slice(-limit).map((key) => [key.hash, key]));
    readAtMillis = copy.readAtMillis;
  };

  const keep = async (copy: KeysCopy): Promise<void> => {
    const text = JSON.stringify(copy.keys);
    if (text === keptText && copy.readAtMillis - keptAtMillis < KEEP_MILLIS) return;
    keptText = text;
    keptAtMillis = copy.readAtMillis;
    await kept.write(copy);
  };

  const refresh = async (): Promise<void> => {
    const copy = { readAtMillis: now(), keys: await store.listKeys() };
    take(copy);
    unknown.clear();
    await keep({ ...copy, keys: copy.keys.slice(-limit) });
  };

  const follow = async (): Promise<void> => {
    await refresh().catch(() => undefined);
    if (!isClosed) cancelNext = later(refreshMillis, () => void follow());
  };

  const isHeld = (): boolean => now() - readAtMillis <= maxAgeMillis;

  const lookUp = async (hash: string): Promise<ApiKey | null> => {
    if ((unknown.get(hash) ?? 0) > now()) return null;
    if (lookups >= MOST_LOOKUPS) {
      onLookUp('refused');
      throw unavailable('too many unknown keys are being checked', BUSY_RETRY_SECONDS);
    }
    lookups++;
    try {
      const key = await store.findKey(hash);
      onLookUp(key === null ? 'unknown' : 'found');
      if (key !== null) keys?.set(hash, key);
      else {
        if (unknown.size >= MOST_UNKNOWN) {
          onLookUp('forgotten');
          unknown.clear();
        }
        unknown.set(hash, now() + UNKNOWN_MILLIS);
      }
      return key;
    } catch (error) {
      onLookUp('failed');
      throw unavailable(AWAY, RETRY_AFTER_SECONDS, error);
    } finally {
      lookups--;
    }
  };

  const first = follow();
  let cancelWait: () => void = () => undefined;
  await Promise.race([
    first,
    new Promise<void>((resolve) => {
      cancelWait = later(firstWaitMillis, resolve);
    }),
  ]);
  cancelWait();
  if (readAtMillis === Number.NEGATIVE_INFINITY) {
    const copy = await kept.read();
    // It may have come while the copy was read.
    if (copy !== null && readAtMillis < copy.readAtMillis) take(copy);
  }

  return {
    find: async (hash) => (isHeld() ? keys?.get(hash) : undefined) ?? lookUp(hash),
    // What was made or revoked is so, whether or not it can be looked at: the next look has it.
    refresh: () => refresh().catch(() => undefined),
    count: () => (keys === null || (keys.size === 0 && !isHeld()) ? null : keys.size),
    close() {
      isClosed = true;
      cancelNext();
    },
  };
};
