import type { Files, ReadableFile } from '../files/index.js';
import { FILE_HEADER_BYTES, fileName, fileNumberOf, readFileHeader } from './file-header.js';
import type { BacklogReader, JournalBatch, JournalPosition } from './journal.js';
import { parseChunk } from './parse-chunk.js';

export interface JournalReaderOptions {
  readonly files: Files;
  readonly directory: string;
}

interface OpenFile {
  readonly number: number;
  readonly file: ReadableFile;
  /** Null where the header is damaged: then nothing in the file can be checked. */
  readonly salt: number | null;
  /** Set once a later file says it. */
  end: number | null;
}

/** Null for a file that is gone: it was released. */
const orMissing = async (opening: Promise<ReadableFile>): Promise<ReadableFile | null> => {
  try {
    return await opening;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
};

/** Opens the read side. The journal may be written at the same time, in another thread. */
export const openJournalReader = ({ files, directory }: JournalReaderOptions): Promise<BacklogReader> => {
  let open: OpenFile | null = null;

  const previousOf = async (number: number): Promise<JournalPosition | undefined> => {
    const file = await orMissing(files.openForReading(`${directory}/${fileName(number)}`));
    return file === null ? undefined : (await readFileHeader(file).finally(() => file.close()))?.previous;
  };

  const openFile = async (number: number): Promise<OpenFile | null> => {
    const file = await orMissing(files.openForReading(`${directory}/${fileName(number)}`));
    if (file === null) return null;
    try {
      return { number, file, salt: (await readFileHeader(file))?.salt ?? null, end: null };
    } catch (error) {
      await file.close();
      throw error;
    }
  };

  const close = async (): Promise<void> => {
    const last = open;
    open = null;
    await last?.file.close();
  };

  const fileOf = async (number: number): Promise<OpenFile | null> => {
    if (open?.number === number) return open;
    await close();
    open = await openFile(number);
    return open;
  };

  const numbersFrom = async (first: number, last: number): Promise<number[]> =>
    (await files.list(directory))
      .map(fileNumberOf)
      .filter((number) => number !== null)
      .filter((number) => number >= first && number <= last)
      .sort((a, b) => a - b);

  /** Where a file ends that others follow: they say it, for behind it may lie what was told failed. */
  const endOf = async (of: OpenFile, limit: JournalPosition): Promise<number> => {
    if (of.number === limit.file) return limit.offset;
    if (of.end !== null) return of.end;
    of.end = await of.file.size();
    for (const number of await numbersFrom(of.number + 1, limit.file)) {
      const previous = await previousOf(number);
      if (previous?.file === of.number) of.end = Math.min(of.end, previous.offset);
      if (previous !== undefined) break;
    }
    return of.end;
  };

  const readFrom = async (
    of: OpenFile,
    offset: number,
    end: number,
    maxBytes: number,
    memory: Buffer | undefined,
  ): Promise<JournalBatch> => {
    const { file, salt, number } = of;
    const availableBytes = end - offset;
    const rest = { records: [], corrupt: 1, end: { file: number, offset: end } };
    if (salt === null) return rest;
    const read = async (length: number): Promise<Buffer> => {
      const wanted = Math.min(length, availableBytes);
      // The records are parts of it: memory of its own where the caller lends none.
      const bytes =
        memory !== undefined && memory.length >= wanted ? memory.subarray(0, wanted) : Buffer.allocUnsafeSlow(wanted);
      return bytes.subarray(0, await file.read(bytes, offset));
    };
    for (let length = maxBytes; ;) {
      const bytes = await read(length);
      const { records, corrupt, used, neededBytes } = parseChunk({ bytes, offset, availableBytes, salt });
      if (used > 0) return { records, corrupt, end: { file: number, offset: offset + used } };
      if (neededBytes <= length || bytes.length < Math.min(length, availableBytes)) return rest;
      length = neededBytes;
    }
  };

  const readAt = async (
    at: JournalPosition,
    limit: JournalPosition,
    maxBytes: number,
    memory: Buffer | undefined,
  ): Promise<JournalBatch | null> => {
    const of = await fileOf(at.file);
    if (of === null) return null;
    const end = await endOf(of, limit);
    return at.offset < end ? readFrom(of, at.offset, end, maxBytes, memory) : null;
  };

  const sizeOf = async (number: number): Promise<number> => {
    const file = await orMissing(files.openForReading(`${directory}/${fileName(number)}`));
    return file === null ? 0 : file.size().finally(() => file.close());
  };

  return Promise.resolve({
    async read(position, limit, maxBytes, memory) {
      if (position.file > limit.file) return null;
      const here = await readAt(position, limit, maxBytes, memory);
      if (here !== null) return here;
      for (const file of await numbersFrom(position.file + 1, limit.file)) {
        const next = await readAt({ file, offset: FILE_HEADER_BYTES }, limit, maxBytes, memory);
        if (next !== null) return next;
      }
      return null;
    },
    async backlogBytes(position, limit) {
      let bytes = 0;
      for (const number of await numbersFrom(position.file, limit.file)) {
        const start = number === position.file ? position.offset : FILE_HEADER_BYTES;
        const end = number === limit.file ? limit.offset : await sizeOf(number);
        bytes += Math.max(0, end - start);
      }
      return bytes;
    },
    close,
  });
};
