import type { AppendableFile, Files } from '../files/index.js';
import { readCheckpoint } from './checkpoint.js';
import { FILE_HEADER_BYTES, type FileHeader, fileName, fileNumberOf, readFileHeader } from './file-header.js';
import type { JournalPosition } from './journal.js';
import { scanFile } from './scan-file.js';

export interface RecoverOptions {
  readonly files: Files;
  readonly directory: string;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
  readonly onCorrupt: (records: number) => void;
}

export interface Recovered {
  readonly start: JournalPosition;
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

/** Cuts the file's torn tail; resolves to its end. */
const recoverFile = async (options: RecoverOptions, found: FoundFile, knownEnd: number | null): Promise<number> => {
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
  const checkpoint = (await readCheckpoint(files, directory)) ?? { file: 0, offset: FILE_HEADER_BYTES };
  const found = await find(files, directory);
  const knownEnds = new Map(found.flatMap(({ header }) => (header === null ? [] : [positionPair(header.previous)])));
  const totalBytes = found.reduce((sum, { bytes }) => sum + bytes, 0);
  const ends = new Map<number, number>();
  let doneBytes = 0;
  for (const file of found) {
    const isReleased = file.number < checkpoint.file;
    const end = isReleased ? 0 : await recoverFile(options, file, knownEnds.get(file.number) ?? null);
    const isNeeded = end > FILE_HEADER_BYTES && !(file.number === checkpoint.file && end <= checkpoint.offset);
    if (isNeeded) ends.set(file.number, end);
    else await files.remove(file.path);
    doneBytes += file.bytes;
    onProgress(doneBytes, totalBytes);
  }
  await files.syncDirectory(directory);
  // Never a number again that the checkpoint names: its offset would skip what is written there.
  const nextFile = Math.max(checkpoint.file, found.at(-1)?.number ?? 0) + 1;
  const first = [...ends.keys()][0] ?? nextFile;
  const last = [...ends].at(-1) ?? [0, 0];
  return {
    start: first === checkpoint.file ? checkpoint : { file: first, offset: FILE_HEADER_BYTES },
    nextFile,
    previous: { file: last[0], offset: last[1] },
    ends,
  };
};

const positionPair = ({ file, offset }: JournalPosition): [number, number] => [file, offset];
