import type { Files } from '../files/index.js';
import type { JournalPosition } from './journal.js';

const pathIn = (directory: string): string => `${directory}/checkpoint`;

export const writeCheckpoint = (files: Files, directory: string, { file, offset }: JournalPosition): Promise<void> =>
  files.replace(pathIn(directory), Buffer.from(JSON.stringify({ file, offset })));

const isPosition = (value: unknown): value is JournalPosition =>
  typeof value === 'object' &&
  value !== null &&
  'file' in value &&
  'offset' in value &&
  Number.isSafeInteger(value.file) &&
  Number.isSafeInteger(value.offset);

/** Null where there is none, or it is damaged: then all is drained again, and the store knows what it has. */
export const readCheckpoint = async (files: Files, directory: string): Promise<JournalPosition | null> => {
  const content = await files.readAll(pathIn(directory));
  if (content === null) return null;
  try {
    const value: unknown = JSON.parse(content.toString('utf8'));
    return isPosition(value) ? value : null;
  } catch {
    return null;
  }
};
