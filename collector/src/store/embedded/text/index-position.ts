import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** How far the source is indexed in all days. */
export interface Reached {
  /** A day's own position may be later, where a crash came between the two. */
  readonly position: bigint;
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

const SELECT = 'SELECT value, received FROM position WHERE id = 1';

const read = (database: DatabaseSync): Reached | null => {
  const select = database.prepare(SELECT);
  select.setReadBigInts(true);
  const stored = select.get() as { value: bigint; received: bigint } | undefined;
  return stored === undefined ? null : { position: stored.value, receivedAtMillis: Number(stored.received) };
};

export const openIndexPosition = (directory: string): IndexPosition => {
  const database = new DatabaseSync(pathIn(directory));
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS position(id INTEGER PRIMARY KEY, value, received)',
  );
  const replace = database.prepare('INSERT OR REPLACE INTO position(id, value, received) VALUES (1, ?, ?)');
  let held = read(database);
  return {
    get: () => held,
    set(reached) {
      if (reached === null) database.exec('DELETE FROM position');
      else replace.run(reached.position, reached.receivedAtMillis);
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
      .prepare("SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'position'")
      .get() as {
      tables: number;
    };
    return tables === 0 ? null : read(database);
  } finally {
    database.close();
  }
};
