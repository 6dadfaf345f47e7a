import type { DayIndex } from './day-index.js';

/** A number that a day's index keeps about itself; 0 where it has none. */
export const metaNumber = ({ database }: Pick<DayIndex, 'database'>, name: string): number => {
  const stored = database.prepare('SELECT value FROM meta WHERE name = ?').get(name);
  return (stored as { value: number } | undefined)?.value ?? 0;
};

export const setMetaNumber = ({ database }: Pick<DayIndex, 'database'>, name: string, value: number): void => {
  database.prepare('INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)').run(name, value);
};
