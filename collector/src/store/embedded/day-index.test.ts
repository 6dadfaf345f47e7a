import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDayIndex } from './day-index.js';
import { createKeyFilters } from './key-filters.js';

test('where SQLite has rolled back by itself, as on a full disk, the fault is told as it was', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'noveum-index-'));
  const index = openDayIndex(join(directory, 'day.sqlite'), 0, createKeyFilters());
  const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
  const write = (): void => {
    index.addUsage(index.projectId('shop'), 1, 1, 1, 1);
    index.database.exec('ROLLBACK');
    throw full;
  };

  expect(() => index.transaction(write)).toThrow(full);
  expect(index.transaction(() => index.projectId('other'))).toBe(1);
  index.close();
  await rm(directory, { recursive: true });
});
