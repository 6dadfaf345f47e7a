import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

import { TEXT_RULES_VERSION } from 'noveum-proto';

/** How far the source is indexed in all days. */
export interface Reached {
  /**
   * A day's own position may be later, where a crash came between the two. Null: the index is to be made anew, by other
   * rules or from where it can follow again; what it has is right as far as it goes.
   */
  readonly position: bigint | null;
  /** What the source got before is indexed, to within what lay a moment in between; 0: not known. */
  readonly receivedAtMillis: number;
}

export interface IndexPosition {
  get(): Reached | null;
  set(reached: Reached | null): void;
  close(): void;
}

/** Stands for the beginning of whatever source comes: of a copy, which has all that the store's copy has. */
export const COPIED_POSITION = -1n;

const pathIn = (directory: string): string => `${directory}/text-position.db`;

const SELECT = 'SELECT position, received, rules FROM reached WHERE id = 1';

const read = (database: DatabaseSync): Reached | null => {
  const select = database.prepare(SELECT);
  select.setReadBigInts(true);
  const stored = select.get() as { position: bigint | null; received: bigint; rules: string } | undefined;
  if (stored === undefined) return null;
  const position = stored.rules === TEXT_RULES_VERSION ? stored.position : null;
  return { position, receivedAtMillis: Number(stored.received) };
};

export const openIndexPosition = (directory: string): IndexPosition => {
  const database = new DatabaseSync(pathIn(directory));
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS reached(id INTEGER PRIMARY KEY, position, received, rules)',
  );
  const replace = database.prepare('INSERT OR REPLACE INTO reached(id, position, received, rules) VALUES (1, ?, ?, ?)');
  let held = read(database);
  return {
    get: () => held,
    set(reached) {
      if (reached === null) database.exec('DELETE FROM reached');
      else replace.run(reached.position, reached.receivedAtMillis, TEXT_RULES_VERSION);
      held = reached;
    },
    close() {
      database.close();
    },
  };
};

/** The index is to be made anew once texts are indexed again. */
export const forgetIndexPosition = (directory: string): void => {
  if (!existsSync(pathIn(directory))) return;
  const position = openIndexPosition(directory);
  position.set(null);
  position.close();
};

/** As it stands now; null: nothing is told. */
export const readIndexPosition = (directory: string): Reached | null => {
  if (!existsSync(pathIn(directory))) return null;
  const database = new DatabaseSync(pathIn(directory), { readOnly: true, timeout: 1000 });
  try {
    const { tables } = database
      .prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'reached'")
      .get() as {
      tables: number;
    };
    return tables === 0 ? null : read(database);
  } finally {
    database.close();
  }
};
