import { DatabaseSync } from 'node:sqlite';

/** Up to where all days are indexed. A day's own position may be later, where a crash came between the two. */
export interface IndexPosition {
  get(): bigint | null;
  set(position: bigint): void;
  close(): void;
}

export const openIndexPosition = (directory: string): IndexPosition => {
  const database = new DatabaseSync(`${directory}/text-position.db`);
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS position(id INTEGER PRIMARY KEY, value)',
  );
  const select = database.prepare('SELECT value FROM position WHERE id = 1');
  select.setReadBigInts(true);
  const replace = database.prepare('INSERT OR REPLACE INTO position(id, value) VALUES (1, ?)');
  let held = (select.get() as { value: bigint } | undefined)?.value ?? null;
  return {
    get: () => held,
    set(position) {
      replace.run(position);
      held = position;
    },
    close() {
      database.close();
    },
  };
};
