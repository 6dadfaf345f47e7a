import { CollectorError } from '../errors/index.js';
import type { ApiKey, MetaStore } from './meta-store.js';
import { type SenderRow, senderRowKey } from './sender-row.js';

/** Keeps nothing beyond the process: for tests, and the measure that the contract suite holds others against. */
export const createMemoryMetaStore = (): MetaStore => {
  const keys = new Map<string, ApiKey>();
  const senders = new Map<string, SenderRow>();

  const named = (hashOrHint: string): ApiKey | null => {
    const exact = keys.get(hashOrHint);
    if (exact !== undefined) return exact;
    const [first, ...others] = [...keys.values()].filter(({ hint }) => hint === hashOrHint);
    return first !== undefined && others.length === 0 ? first : null;
  };

  return {
    addKey: (key) => {
      if (keys.has(key.hash))
        return Promise.reject(new CollectorError({ code: 'CONFLICT', message: 'the key is there already' }));
      keys.set(key.hash, Object.freeze({ ...key }));
      return Promise.resolve();
    },
    findKey: (hash) => Promise.resolve(keys.get(hash) ?? null),
    listKeys: () => Promise.resolve([...keys.values()].toSorted((a, b) => compare(a.createdAt, b.createdAt))),
    revokeKey: (hashOrHint) => {
      const key = named(hashOrHint);
      if (key === null) return Promise.resolve(null);
      const revoked: ApiKey = Object.freeze({ ...key, status: 'revoked' });
      keys.set(key.hash, revoked);
      return Promise.resolve(revoked);
    },
    saveSenders: (rows) => {
      for (const row of rows) senders.set(senderRowKey(row), row);
      return Promise.resolve();
    },
    listSenders: () =>
      Promise.resolve([...senders.values()].toSorted((a, b) => b.lastSeenMillis - a.lastSeenMillis).slice(0, 10_000)),
    forgetSenders: (rows) => {
      for (const row of rows) senders.delete(senderRowKey(row));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
