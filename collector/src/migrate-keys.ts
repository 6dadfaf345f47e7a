import type { MetaStore } from './meta/index.js';

type Keys = Pick<MetaStore, 'addKey' | 'findKey' | 'listKeys' | 'revokeKey'>;

/** Adds the keys that are missing there, and revokes there what is revoked here; how many were added. */
export const migrateKeys = async (from: Pick<Keys, 'listKeys'>, to: Keys): Promise<number> => {
  let added = 0;
  for (const key of await from.listKeys()) {
    const there = await to.findKey(key.hash);
    if (there === null) {
      await to.addKey(key);
      added++;
    } else if (key.status === 'revoked' && there.status === 'active') await to.revokeKey(key.hash);
  }
  return added;
};
