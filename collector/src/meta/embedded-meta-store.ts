import { chmodSync, closeSync, openSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';

import { CollectorError } from '../errors/index.js';
import { embeddedSenders } from './embedded-senders.js';
import type { ApiKey, MetaStore } from './meta-store.js';
import { fromRow, type KeyRow, toRow } from './key-row.js';
import { prepareSchema } from './meta-schema.js';

export interface EmbeddedMetaStore extends MetaStore {
  /** Copies a consistent state into a new file while the store is in use. */
  backup(path: string): Promise<void>;
}

const OWNER_ONLY = 0o600;
const SQLITE_CONSTRAINT = 19;

const makePrivate = (path: string): void => {
  closeSync(openSync(path, 'a', OWNER_ONLY));
  chmodSync(path, OWNER_ONLY);
};

const asPromise = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });

const isDuplicate = (error: unknown): boolean =>
  ((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_CONSTRAINT;

/**
 * Keys and senders in one SQLite file of mode 0600, made where it is missing. A change is on disk once its promise resolves.
 * The calls are short and rare (keys are cached by access), so any thread may make them. Throws where the file
 * is of a later version or no database.
 */
export const openEmbeddedMetaStore = ({ path }: { readonly path: string }): EmbeddedMetaStore => {
  makePrivate(path);
  const database = new DatabaseSync(path);
  prepareSchema(database);
  const insert = database.prepare(
    'INSERT INTO keys (hash, hint, project, environment, role, status, created_at, expires_at) VALUES (:hash, :hint, :project, :environment, :role, :status, :created_at, :expires_at)',
  );
  const byHash = database.prepare('SELECT * FROM keys WHERE hash = ?');
  const byHint = database.prepare('SELECT * FROM keys WHERE hint = ? LIMIT 2');
  const all = database.prepare('SELECT * FROM keys ORDER BY created_at, rowid');
  const revoke = database.prepare("UPDATE keys SET status = 'revoked' WHERE hash = ?");
  let isOpen = true;

  const find = (hash: string): ApiKey | null => {
    const row = byHash.get(hash) as KeyRow | undefined;
    return row === undefined ? null : fromRow(row);
  };
  const findByHint = (hint: string): ApiKey | null => {
    const rows = byHint.all(hint) as unknown as readonly KeyRow[];
    return rows[0] !== undefined && rows.length === 1 ? fromRow(rows[0]) : null;
  };

  return {
    addKey: (key) =>
      asPromise(() => {
        try {
          insert.run(toRow(key));
        } catch (cause) {
          if (!isDuplicate(cause)) throw cause;
          throw new CollectorError({ code: 'CONFLICT', message: 'the key is there already' }, { cause });
        }
      }),
    findKey: (hash) => asPromise(() => find(hash)),
    listKeys: () => asPromise(() => (all.all() as unknown as readonly KeyRow[]).map(fromRow)),
    revokeKey: (hashOrHint) =>
      asPromise(() => {
        const key = find(hashOrHint) ?? findByHint(hashOrHint);
        if (key === null) return null;
        revoke.run(key.hash);
        return find(key.hash);
      }),
    ...embeddedSenders(database),
    backup: async (target) => {
      makePrivate(target);
      await backup(database, target);
    },
    close: () =>
      asPromise(() => {
        if (isOpen) database.close();
        isOpen = false;
      }),
  };
};
