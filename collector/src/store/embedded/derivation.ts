import type { DatabaseSync } from 'node:sqlite';

import { derivationOf } from 'noveum-proto';

import type { Files } from '../../files/index.js';
import { dayName } from './day.js';
import { indexPath, listDays } from './partitions.js';
import { openIndexForReading } from './schema.js';

const NAME = 'derivation';

export const noteDerivation = (database: DatabaseSync, derivation: string): void => {
  database.prepare('INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)').run(NAME, derivation);
};

const derivationIn = (path: string): string | null => {
  const database = openIndexForReading(path);
  if (database === null) return null;
  try {
    const stored = database.prepare('SELECT value FROM meta WHERE name = ?').get(NAME);
    return typeof stored?.value === 'string' ? stored.value : '';
  } finally {
    database.close();
  }
};

/** Days, YYYY-MM-DD, that hold rows derived by other rules or prices than the given ones, oldest first. */
export const daysDerivedOtherwise = async (
  files: Files,
  directory: string,
  book: string | undefined,
): Promise<readonly string[]> => {
  const derivation = derivationOf(book);
  const days = await listDays(files, directory);
  return days
    .filter((day) => {
      const held = derivationIn(indexPath(directory, day));
      return held !== null && held !== derivation;
    })
    .map(dayName);
};
