import { DatabaseSync } from 'node:sqlite';

import { dayName } from '../day.js';

export const TEXT_SUFFIX = '.text';

/** Beside the day's index, and named so that dropping the day drops it. */
export const textPath = (directory: string, day: number): string => `${directory}/${dayName(day)}${TEXT_SUFFIX}`;

/**
 * A day's text index. A trace is known by its ordinal, given in the order of arrival. `window` holds start and project
 * of 4,096 traces, `segment` and `chunk` the terms (see `segment-chunks.ts`), `erased` what is still to be purged.
 */
const SCHEMA = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE project(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE trace(
  ordinal INTEGER PRIMARY KEY, hash INTEGER NOT NULL, project INTEGER NOT NULL, key NOT NULL, units INTEGER NOT NULL
);
CREATE INDEX trace_hash ON trace(hash);
CREATE TABLE window(number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, traces BLOB NOT NULL);
CREATE TABLE segment(
  id INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, postings INTEGER NOT NULL,
  complete INTEGER NOT NULL, directory TEXT NOT NULL
);
CREATE TABLE chunk(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE erased(ordinal INTEGER PRIMARY KEY, before_segment INTEGER NOT NULL, at INTEGER NOT NULL);
`;

const SCHEMA_VERSION = 1;
const CACHE_KIB = 8192;

const versionOf = (database: DatabaseSync): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

const checkVersion = (database: DatabaseSync, path: string): void => {
  const version = versionOf(database);
  if (version !== SCHEMA_VERSION)
    throw new Error(
      `${path} has text index version ${String(version)}; this collector reads ${String(SCHEMA_VERSION)}`,
    );
};

/** Opens a day's text index for writing, making it where it is missing. Throws where another version wrote it. */
export const openTextForWriting = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path);
  if (versionOf(database) === 0) {
    database.exec('PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;');
    database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version=${String(SCHEMA_VERSION)}; COMMIT;`);
  }
  checkVersion(database, path);
  // What is deleted within a page is overwritten; whole pages leave by `incremental_vacuum`.
  database.exec(`PRAGMA synchronous=FULL; PRAGMA secure_delete=FAST; PRAGMA cache_size=-${String(CACHE_KIB)};`);
  return database;
};

/** null: its writer is just making it. */
export const openTextForReading = (path: string): DatabaseSync | null => {
  const database = new DatabaseSync(path, { readOnly: true });
  if (versionOf(database) === 0) {
    database.close();
    return null;
  }
  checkVersion(database, path);
  database.exec(`PRAGMA cache_size=-${String(CACHE_KIB)}; PRAGMA query_only=1;`);
  return database;
};

export const inTransaction = <T>(database: DatabaseSync, write: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = write();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
};
