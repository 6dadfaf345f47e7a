import { DatabaseSync } from 'node:sqlite';

/**
 * A day's index. `trace` holds one row a trace, `fragment` says where its payload lies in the segment files, `tag`
 * finds traces by a tag, `kind` holds what many have alike. `trace_scan` has all else that filters ask, so that what no
 * other index narrows down is found without the rows, a tenth of a microsecond each; `trace_errors` is the same of
 * failed ones. Times are Unix nanoseconds.
 */
const SCHEMA = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE project(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE trace(
  id INTEGER PRIMARY KEY,
  project INTEGER NOT NULL,
  key NOT NULL,
  start INTEGER NOT NULL,
  duration INTEGER,
  spans INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  tokens INTEGER,
  input_tokens INTEGER,
  output_tokens INTEGER,
  cost REAL,
  weight REAL,
  user TEXT,
  session TEXT,
  tags TEXT,
  custom TEXT,
  status_message TEXT,
  first_received INTEGER NOT NULL,
  last_received INTEGER NOT NULL,
  fragments INTEGER NOT NULL,
  incomplete INTEGER NOT NULL,
  state TEXT,
  summary TEXT,
  kind INTEGER NOT NULL
);
CREATE UNIQUE INDEX trace_key ON trace(key, project);
CREATE INDEX trace_scan ON trace(
  project, start, duration, spans, errors, tokens, cost, kind, user, session, tags, input_tokens, output_tokens, weight
);
CREATE INDEX trace_duration ON trace(project, duration);
CREATE INDEX trace_tokens ON trace(project, tokens) WHERE tokens IS NOT NULL;
CREATE INDEX trace_cost ON trace(project, cost) WHERE cost IS NOT NULL;
CREATE INDEX trace_errors ON trace(
  project, start, duration, spans, errors, tokens, cost, kind, user, session, tags, input_tokens, output_tokens, weight
) WHERE errors > 0;
CREATE INDEX trace_user ON trace(
  project, user, start, duration, spans, errors, tokens, cost, session, kind
) WHERE user IS NOT NULL;
CREATE INDEX trace_session ON trace(
  project, session, start, duration, spans, errors, tokens, cost, user, kind
) WHERE session IS NOT NULL;
CREATE INDEX trace_kind ON trace(project, kind, start);
CREATE TABLE kind(
  id INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, status INTEGER NOT NULL, name TEXT NOT NULL,
  environment TEXT, sdk TEXT, services TEXT, models TEXT, providers TEXT, types TEXT, error_types TEXT, has_gen_ai INTEGER NOT NULL
);
CREATE INDEX kind_said ON kind(
  project, status, name, environment, sdk, services, models, providers, types, error_types, has_gen_ai
);
CREATE TABLE tag(
  project INTEGER NOT NULL, value TEXT NOT NULL, start INTEGER NOT NULL, trace INTEGER NOT NULL,
  PRIMARY KEY(project, value, start, trace)
) WITHOUT ROWID;
CREATE TABLE fragment(
  trace INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  received INTEGER NOT NULL,
  key_environment TEXT,
  segment INTEGER NOT NULL,
  block INTEGER NOT NULL,
  block_length INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  length INTEGER NOT NULL,
  span_ids BLOB,
  content_hash INTEGER NOT NULL,
  PRIMARY KEY(trace, seq)
) WITHOUT ROWID;
CREATE TABLE rollup(
  project INTEGER NOT NULL, hour INTEGER NOT NULL,
  traces INTEGER NOT NULL, spans INTEGER NOT NULL, errors INTEGER NOT NULL, duration_us INTEGER NOT NULL,
  tokens NOT NULL, input_tokens NOT NULL, output_tokens NOT NULL, cost REAL NOT NULL,
  changes BLOB NOT NULL, error_types TEXT NOT NULL,
  durations BLOB NOT NULL, users BLOB NOT NULL, sessions BLOB NOT NULL, beyond TEXT,
  PRIMARY KEY(project, hour)
) WITHOUT ROWID;
CREATE TABLE usage(
  project INTEGER NOT NULL, day INTEGER NOT NULL,
  traces INTEGER NOT NULL, spans INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY(project, day)
) WITHOUT ROWID;
`;

/**
 * Came later and is no hindrance to who doesn't know it. `segment` says where what is committed of a segment file ends;
 * `dead_block` which blocks hold payload of erased traces, `dirty_hour` whose sums are to be made anew for them.
 */
const LATER_SCHEMA = `
CREATE INDEX IF NOT EXISTS trace_incomplete ON trace(incomplete) WHERE incomplete = 1;
CREATE TABLE IF NOT EXISTS segment(number INTEGER PRIMARY KEY, end INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS dead_block(
  segment INTEGER NOT NULL, block INTEGER NOT NULL, block_length INTEGER NOT NULL, PRIMARY KEY(segment, block)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dirty_hour(project INTEGER NOT NULL, hour INTEGER NOT NULL, PRIMARY KEY(project, hour)) WITHOUT ROWID;
`;

const FIRST_SEGMENT = 'INSERT INTO segment(number, end) VALUES (1, 0)';

const SCHEMA_VERSION = 6;

const CACHE_KIB = 16_384;
/** Readers hold many days open; the system's cache is behind theirs. */
const READER_CACHE_KIB = 4_096;

/** How long one waits for the other while an index is made, or its log recovered after a crash. */
const LOCK_TIMEOUT_MILLIS = 2_000;

/** SQLITE_CANTOPEN */
const CANNOT_OPEN = 14;

const versionOf = (database: DatabaseSync): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

const refuseOtherVersion = (path: string, version: number): void => {
  if (version !== SCHEMA_VERSION)
    throw new Error(`${path} has index version ${String(version)}; this collector reads ${String(SCHEMA_VERSION)}`);
};

/** Opens a day's index for writing, making it where it is missing. Throws where another version wrote it. */
export const openIndexForWriting = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MILLIS });
  const isNew = versionOf(database) === 0;
  if (isNew) {
    database.exec('PRAGMA page_size=4096; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;');
    database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version=${String(SCHEMA_VERSION)}; COMMIT;`);
  }
  refuseOtherVersion(path, versionOf(database));
  database.exec(LATER_SCHEMA);
  if (isNew) database.exec(FIRST_SEGMENT);
  database.exec(`PRAGMA synchronous=FULL; PRAGMA cache_size=-${String(CACHE_KIB)}; PRAGMA wal_autocheckpoint=8000;`);
  return database;
};

/** null: there is no such index, or its writer is just making it. Throws where another version wrote it. */
export const openIndexForReading = (path: string): DatabaseSync | null => {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: LOCK_TIMEOUT_MILLIS });
  } catch (error) {
    if ((error as { readonly errcode?: unknown }).errcode === CANNOT_OPEN) return null;
    throw error;
  }
  const version = versionOf(database);
  if (version !== 0) refuseOtherVersion(path, version);
  database.exec(`PRAGMA cache_size=-${String(READER_CACHE_KIB)}; PRAGMA query_only=1;`);
  if (version !== 0) return database;
  database.close();
  return null;
};

export const FRAGMENT_KIND_CODE = { 'otlp-spans': 1, 'otlp-logs': 2, native: 3 } as const;
export const FRAGMENT_KIND_NAME = [null, 'otlp-spans', 'otlp-logs', 'native'] as const;
