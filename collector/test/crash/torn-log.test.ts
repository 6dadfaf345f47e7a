import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { createIndexDisk, type IndexImage } from './power-cut/index-disk.js';
import { randomOf } from './power-cut/random.js';

const TEARS = 100;
const ROWS = 300;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'noveum-torn-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const open = (): DatabaseSync => new DatabaseSync(join(directory, 'day.sqlite'));

const insert = (database: DatabaseSync, rows: number): void => {
  const statement = database.prepare('INSERT INTO row(text) VALUES (?)');
  database.exec('BEGIN');
  for (let row = 0; row < rows; row++) statement.run(String(row).repeat(100));
  database.exec('COMMIT');
};

/** Rows after a restart on what a cut in the midst of the commit has left. */
const rowsAfter = (image: IndexImage): number => {
  createIndexDisk(directory, Math.random).restore(image, true);
  const database = open();
  const { rows } = database.prepare('SELECT count(*) AS rows FROM row').get() as { rows: number };
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  database.close();
  return rows;
};

test.each([
  ['grows', () => undefined],
  ['begins anew', (database: DatabaseSync) => database.exec('PRAGMA wal_checkpoint(RESTART)')],
])('of a commit that is torn in a log that %s, all is there or nothing', (_, prepare) => {
  const disk = createIndexDisk(directory, randomOf(1));
  const database = open();
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE row(text)');
  insert(database, 1000);
  prepare(database);
  const before = disk.image();
  insert(database, ROWS);
  const torn = Array.from({ length: TEARS }, () => disk.afterTornCommit(before));
  database.close();

  expect(new Set(torn.map(rowsAfter))).toEqual(new Set([1000, 1000 + ROWS]));
});
