import type { Files } from '../../files/index.js';
import { indexPath, listDays } from './partitions.js';
import { openIndexForReading } from './schema.js';

/** What is incomplete for longer stays so: its sender has gone. */
const DAYS = 7;

const countOfDay = (path: string): number => {
  const database = openIndexForReading(path);
  if (database === null) return 0;
  try {
    const row = database.prepare('SELECT count(*) AS traces FROM trace WHERE incomplete = 1').get();
    return Number(row?.traces ?? 0);
  } finally {
    database.close();
  }
};

/** Traces of the seven latest days whose root has not come or not ended. An index of just these answers. */
export const countIncompleteTraces = async (files: Files, directory: string): Promise<number> => {
  const days = await listDays(files, directory);
  return days.slice(-DAYS).reduce((sum, day) => sum + countOfDay(indexPath(directory, day)), 0);
};
