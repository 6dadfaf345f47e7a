import type { DatabaseSync } from 'node:sqlite';

const SCHEMA_VERSION = 2;

/** Makes the tables of an empty file; refuses one that a later version has written. */
export const prepareSchema = (database: DatabaseSync): void => {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;');
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found === SCHEMA_VERSION) return;
  if (found > SCHEMA_VERSION) {
    database.close();
    throw new Error(`meta.sqlite is of version ${found}, and this collector knows up to ${SCHEMA_VERSION}`);
  }
  database.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS keys (
      hash TEXT PRIMARY KEY,
      hint TEXT NOT NULL,
      project TEXT NOT NULL,
      environment TEXT NOT NULL CHECK (environment IN ('prod', 'dev', 'test')),
      role TEXT NOT NULL CHECK (role IN ('ingest', 'read', 'admin')),
      status TEXT NOT NULL CHECK (status IN ('active', 'revoked')),
      created_at TEXT NOT NULL,
      expires_at TEXT
    ) STRICT;
    CREATE INDEX IF NOT EXISTS keys_by_hint ON keys (hint);
    CREATE TABLE senders (
      id TEXT PRIMARY KEY,
      last_seen INTEGER NOT NULL,
      row TEXT NOT NULL
    ) STRICT;
    PRAGMA user_version = ${SCHEMA_VERSION};
    COMMIT;
  `);
};
