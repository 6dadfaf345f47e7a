import type { Files } from '../files/index.js';
import type { JournalPosition } from './journal.js';
import { FILE_HEADER_BYTES, fileName, fileNumberOf, scanFile } from './journal-file.js';

const CHECKPOINT = 'checkpoint';

export interface Recovered {
  readonly start: JournalPosition;
  /** Number of the next file to write. */
  readonly nextFile: number;
  /** Bytes of each file that is kept. */
  readonly sizes: ReadonlyMap<number, number>;
  readonly corruptRecords: number;
}

export const writeCheckpoint = (files: Files, directory: string, position: JournalPosition): Promise<void> =>
  files.replace(`${directory}/${CHECKPOINT}`, Buffer.from(JSON.stringify(position)));

const readCheckpoint = async (files: Files, directory: string): Promise<JournalPosition> => {
  const content = await files.readAll(`${directory}/${CHECKPOINT}`);
  return content === null
    ? { file: 0, offset: FILE_HEADER_BYTES }
    : (JSON.parse(content.toString('utf8')) as JournalPosition);
};

/** Cuts torn tails, removes what was released, and says where to go on. Durable once the promise resolves. */
export const recover = async (
  files: Files,
  directory: string,
  onProgress: (done: number, total: number) => void,
): Promise<Recovered> => {
  const checkpoint = await readCheckpoint(files, directory);
  const numbers = (await files.list(directory))
    .map(fileNumberOf)
    .filter((file) => file !== null)
    .sort((a, b) => a - b);
  const sizes = new Map<number, number>();
  let corruptRecords = 0;
  for (const [done, number] of numbers.entries()) {
    const path = `${directory}/${fileName(number)}`;
    const size = number < checkpoint.file ? 0 : await recoverFile(files, path, (corrupt) => (corruptRecords += corrupt));
    if (size > FILE_HEADER_BYTES) sizes.set(number, size);
    else await files.remove(path);
    onProgress(done + 1, numbers.length);
  }
  await files.syncDirectory(directory);
  const nextFile = Math.max(checkpoint.file, numbers.at(-1) ?? 0) + 1;
  const first = [...sizes.keys()][0] ?? nextFile;
  const start = first === checkpoint.file ? checkpoint : { file: first, offset: FILE_HEADER_BYTES };
  return { start, nextFile, sizes, corruptRecords };
};

const recoverFile = async (files: Files, path: string, onCorrupt: (corrupt: number) => void): Promise<number> => {
  const file = await files.open(path);
  try {
    const { end, corrupt, hasHeader } = await scanFile(file);
    onCorrupt(corrupt);
    if (!hasHeader) return 0;
    await file.truncate(end);
    await file.datasync();
    return end;
  } finally {
    await file.close();
  }
};
