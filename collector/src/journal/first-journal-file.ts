import type { Files } from '../files/index.js';
import { fileNumberOf } from './file-header.js';

/** The number of the oldest file that is there; null: there is none. */
export const firstJournalFile = async (files: Files, directory: string): Promise<number | null> => {
  const numbers = (await files.list(directory)).map(fileNumberOf).filter((number) => number !== null);
  return numbers.length === 0 ? null : Math.min(...numbers);
};
