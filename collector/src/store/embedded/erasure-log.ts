import { DatabaseSync } from 'node:sqlite';

import type { Erasure, ErasureRequest } from '../trace-store.js';
import { createTombstones, type Tombstones } from './tombstones.js';

/** Every erasure whose record has not expired: nothing in it says what was erased. */
export interface ErasureLog {
  readonly tombstones: Pick<Tombstones, 'has' | 'count'>;
  /** Does nothing where it has begun before. */
  begin(request: ErasureRequest): void;
  /** To be called before the traces are taken out of the day's index. */
  bury(id: string, day: number, traces: readonly { readonly project: string; readonly traceKey: string }[]): void;
  /** None of its traces is in an index any more. */
  endRemoval(id: string): void;
  /** As if it never began. */
  withdraw(id: string): void;
  /** Days that it took traces from and whose files may still hold some. */
  daysOf(id: string): readonly number[];
  /** The same of all erasures asked for up to a time. */
  daysToPurge(upToMillis: number): readonly number[];
  /** The day's files hold nothing erased any more. */
  dayIsPurged(day: number): void;
  /** Those whose days are purged, and which are not told to be. */
  almostPurged(): readonly Erasure[];
  setPurged(id: string, nowMillis: number): void;
  get(id: string): Erasure | null;
  /** The erasure that took a trace. */
  of(project: string, traceKey: string): Erasure | null;
  /** Not purged yet; `sinceMillis`: when the oldest was asked for, null: there is none. */
  pending(): { readonly count: number; readonly sinceMillis: number | null };
  /** Forgets a little of what is older, or of the oldest beyond `most` tombstones. True: there is more. */
  expire(beforeMillis: number, most: number): boolean;
  close(): void;
}

const SCHEMA = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE erasure(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, project TEXT, requested INTEGER NOT NULL,
  traces INTEGER NOT NULL, removed INTEGER NOT NULL, purged INTEGER
);
CREATE INDEX erasure_pending ON erasure(requested) WHERE purged IS NULL;
CREATE TABLE tombstone(hash BLOB PRIMARY KEY, erasure INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX tombstone_erasure ON tombstone(erasure);
CREATE TABLE touched(day INTEGER NOT NULL, erasure INTEGER NOT NULL, PRIMARY KEY(day, erasure)) WITHOUT ROWID;
`;

const VERSION = 1;
const EXPIRED_AT_ONCE = 5_000;

export const ERASURE_LOG_NAME = 'erasures.sqlite';

interface StoredErasure {
  readonly number: number;
  readonly id: string;
  readonly project: string | null;
  readonly requested: number;
  readonly traces: number;
  readonly purged: number | null;
}

const toErasure = ({ id, project, requested, traces, purged }: StoredErasure): Erasure => ({
  id,
  project,
  requestedAtMillis: requested,
  traces,
  purgedAtMillis: purged,
});

const openDatabase = (path: string, newSalt: () => string): DatabaseSync => {
  const database = new DatabaseSync(path);
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version === 0) {
    database.exec('PRAGMA journal_mode=WAL');
    database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version=${String(VERSION)};`);
    database.prepare(`INSERT INTO meta(name, value) VALUES ('salt', ?)`).run(newSalt());
    database.exec('COMMIT');
  } else if (version !== VERSION) throw new Error(`${path} has version ${String(version)}; this collector reads 1`);
  database.exec('PRAGMA synchronous=FULL');
  return database;
};

/** Opens the log, making it where it is missing. */
export const openErasureLog = (directory: string, newSalt: () => string): ErasureLog => {
  const database = openDatabase(`${directory}/${ERASURE_LOG_NAME}`, newSalt);
  const { value: salt } = database.prepare(`SELECT value FROM meta WHERE name = 'salt'`).get() as { value: string };
  const tombstones = createTombstones(database, salt);
  const all = (sql: string, ...values: readonly (string | number)[]) => database.prepare(sql).all(...values);
  const erasures = (sql: string, ...values: readonly (string | number)[]) =>
    all(sql, ...values) as unknown as readonly StoredErasure[];
  const days = (sql: string, value: string | number): readonly number[] =>
    all(sql, value).map(({ day }) => day as number);
  const run = (sql: string, ...values: readonly (string | number | null)[]): void => {
    database.prepare(sql).run(...values);
  };
  const stored = (condition: string, value: string | number): StoredErasure | undefined =>
    erasures(`SELECT * FROM erasure WHERE ${condition}`, value)[0];

  const transaction = (write: () => void): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      write();
      database.exec('COMMIT');
    } catch (error) {
      try {
        database.exec('ROLLBACK');
      } catch {
        // SQLite has done it already, as it does on a full or failing disk; what counts is that fault.
      }
      tombstones.countAnew();
      throw error;
    }
  };

  const get = (id: string): StoredErasure | undefined => stored('id = ?', id);

  const forget = (number: number): void => {
    run('DELETE FROM touched WHERE erasure = ?', number);
    run('DELETE FROM erasure WHERE number = ?', number);
  };

  return {
    tombstones,
    begin({ id, requestedAtMillis, target }) {
      run(
        'INSERT OR IGNORE INTO erasure(id, project, requested, traces, removed) VALUES (?, ?, ?, 0, 0)',
        id,
        target.project,
        requestedAtMillis,
      );
    },
    bury(id, day, traces) {
      const number = get(id)?.number;
      if (number === undefined) throw new Error('an erasure has to begin before it takes traces');
      transaction(() => {
        const added = tombstones.add(number, traces);
        run('UPDATE erasure SET traces = traces + ? WHERE number = ?', added, number);
        run('INSERT OR IGNORE INTO touched(day, erasure) VALUES (?, ?)', day, number);
      });
    },
    endRemoval(id) {
      run('UPDATE erasure SET removed = 1 WHERE id = ?', id);
    },
    withdraw(id) {
      const number = get(id)?.number;
      if (number !== undefined) forget(number);
    },
    daysOf: (id) =>
      days('SELECT t.day AS day FROM touched t JOIN erasure e ON e.number = t.erasure WHERE e.id = ?', id),
    daysToPurge: (upToMillis) =>
      days(
        'SELECT DISTINCT t.day AS day FROM touched t JOIN erasure e ON e.number = t.erasure WHERE e.requested <= ? ORDER BY t.day',
        upToMillis,
      ),
    dayIsPurged(day) {
      run('DELETE FROM touched WHERE day = ?', day);
    },
    almostPurged: () =>
      erasures(
        `SELECT * FROM erasure e WHERE purged IS NULL AND removed = 1
         AND NOT EXISTS (SELECT 1 FROM touched WHERE erasure = e.number) ORDER BY requested`,
      ).map(toErasure),
    setPurged(id, nowMillis) {
      run('UPDATE erasure SET purged = ? WHERE id = ?', nowMillis, id);
    },
    get(id) {
      const erasure = get(id);
      return erasure === undefined ? null : toErasure(erasure);
    },
    of(project, traceKey) {
      const number = tombstones.erasureOf(project, traceKey);
      const erasure = number === null ? undefined : stored('number = ?', number);
      return erasure === undefined ? null : toErasure(erasure);
    },
    pending() {
      const [row] = all('SELECT count(*) AS count, min(requested) AS since FROM erasure WHERE purged IS NULL');
      return { count: Number(row?.['count'] ?? 0), sinceMillis: (row?.['since'] ?? null) as number | null };
    },
    expire(beforeMillis, most) {
      const isTooMany = tombstones.count() > most;
      const oldest = erasures(
        'SELECT * FROM erasure WHERE purged IS NOT NULL AND (requested < ? OR ?) ORDER BY requested LIMIT 1',
        beforeMillis,
        isTooMany ? 1 : 0,
      )[0];
      if (oldest === undefined) return false;
      const surplus = oldest.requested < beforeMillis ? EXPIRED_AT_ONCE : tombstones.count() - most;
      const removed = tombstones.remove(oldest.number, Math.min(surplus, EXPIRED_AT_ONCE));
      if (removed < EXPIRED_AT_ONCE && !tombstones.hasAny(oldest.number)) forget(oldest.number);
      return true;
    },
    close() {
      database.close();
    },
  };
};
