import type { AppendableFile, Files } from '../files/index.js';
import { readCheckpoint } from './checkpoint.js';
import { FILE_HEADER_BYTES, type FileHeader, fileName, fileNumberOf, readFileHeader } from './file-header.js';
import type { JournalPosition } from './journal.js';
import { scanFile } from './scan-file.js';

export interface RecoverOptions {
  readonly files: Files;
  readonly directory: string;
  /** Readers other than the store, and where each stood. */
  readonly kept: readonly JournalPosition[];
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
  readonly onCorrupt: (records: number) => void;
}

export interface Recovered {
  /** Where the store goes on. */
  readonly start: JournalPosition;
  /** See `Journal.wholeFrom`. */
  readonly wholeFrom: number;
  /** Number of the next file to write. */
  readonly nextFile: number;
  /** The last file that is kept, and its end; file 0: none. */
  readonly previous: JournalPosition;
  /** End of each file that is kept. */
  readonly ends: ReadonlyMap<number, number>;
}

interface FoundFile {
  readonly number: number;
  readonly path: string;
  readonly bytes: number;
  readonly header: FileHeader | null;
}

const find = async (files: Files, directory: string): Promise<FoundFile[]> => {
  const numbers = (await files.list(directory)).map(fileNumberOf).filter((number) => number !== null);
  const found: FoundFile[] = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const path = `${directory}/${fileName(number)}`;
    const file = await files.openForReading(path);
    try {
      found.push({ number, path, bytes: await file.size(), header: await readFileHeader(file) });
    } finally {
      await file.close();
    }
  }
  return found;
};

const scan = async (file: AppendableFile, { bytes, header }: FoundFile, knownEnd: number | null) => {
  if (header === null) return { end: FILE_HEADER_BYTES, corrupt: bytes > FILE_HEADER_BYTES ? 1 : 0 };
  const content = Buffer.allocUnsafeSlow(bytes);
  const length = await file.read(content, 0);
  return scanFile(content.subarray(0, length), header.salt, knownEnd);
};

interface Wanted {
  readonly knownEnd: number | null;
  /** The store has all of it. */
  readonly isReleased: boolean;
}

/** Cuts the file's torn tail; resolves to its end. */
const recoverFile = async (
  options: RecoverOptions,
  found: FoundFile,
  { knownEnd, isReleased }: Wanted,
): Promise<number> => {
  // It ends where the next file says; whoever still reads it checks each record.
  if (isReleased && knownEnd === found.bytes) return knownEnd;
  const file = await options.files.open(found.path);
  try {
    const { end, corrupt } = await scan(file, found, knownEnd);
    if (corrupt > 0) options.onCorrupt(corrupt);
    const isCut = end < found.bytes && end > FILE_HEADER_BYTES;
    if (isCut) await file.truncate(end);
    // What a killed process left in the page cache is read back from now on, so it has to be on the disk.
    if (isCut || knownEnd === null) await file.datasync();
    return end;
  } finally {
    await file.close();
  }
};

/** Cuts torn tails, removes what was released, and says where to go on. Durable once the promise resolves. */
export const recover = async (options: RecoverOptions): Promise<Recovered> => {
  const { files, directory, onProgress } = options;
  const released = await readCheckpoint(files, directory);
  const checkpoint = released ?? { file: 0, offset: FILE_HEADER_BYTES };
  const readers = [checkpoint, ...options.kept];
  const firstFile = Math.min(...readers.map(({ file }) => file));
  const found = await find(files, directory);
  const knownEnds = new Map(found.flatMap(({ header }) => (header === null ? [] : [positionPair(header.previous)])));
  const totalBytes = found.reduce((sum, { bytes }) => sum + bytes, 0);
  const ends = new Map<number, number>();
  let doneBytes = 0;
  for (const file of found) {
    const { number } = file;
    const wanted = { knownEnd: knownEnds.get(number) ?? null, isReleased: number < checkpoint.file };
    const end = number < firstFile ? 0 : await recoverFile(options, file, wanted);
    const holdsMore = (position: JournalPosition): boolean =>
      number > position.file || (number === position.file && end > position.offset);
    if (end > FILE_HEADER_BYTES && readers.some(holdsMore)) ends.set(file.number, end);
    else await files.remove(file.path);
    doneBytes += file.bytes;
    onProgress(doneBytes, totalBytes);
  }
  await files.syncDirectory(directory);
  // Never a number again that a reader names: its offset would skip what is written there.
  const nextFile = Math.max(...readers.map(({ file }) => file), found.at(-1)?.number ?? 0) + 1;
  const first = [...ends.keys()].find((number) => number >= checkpoint.file) ?? nextFile;
  const last = [...ends].at(-1) ?? [0, 0];
  return {
    start: first === checkpoint.file ? checkpoint : { file: first, offset: FILE_HEADER_BYTES },
    // Files go after a checkpoint only, and only those that no reader needs.
    wholeFrom: released === null ? first : 0,
    nextFile,
    previous: { file: last[0], offset: last[1] },
    ends,
  };
};

const positionPair = ({ file, offset }: JournalPosition): [number, number] => [file, offset];
