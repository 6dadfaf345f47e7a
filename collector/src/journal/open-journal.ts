import type { AppendableFile, Files } from '../files/index.js';
import type { AppendOutcome, Journal, JournalPosition, JournalRecord } from './journal.js';
import { encodeFileHeader, FILE_HEADER_BYTES, fileName } from './journal-file.js';
import { encodeRecord } from './record-codec.js';
import { recover, writeCheckpoint } from './recover.js';

export interface JournalOptions {
  readonly files: Files;
  readonly directory: string;
  /** Bytes held until the store has them; default 1 GiB. */
  readonly limitBytes?: number;
  /** A new file is begun beyond so many; default 16 MiB. */
  readonly fileBytes?: number;
  /** Files scanned, while the journal opens. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Records that were found damaged in the middle of a file, and left out. */
  readonly onCorrupt?: (records: number) => void;
}

interface Waiting {
  readonly parts: readonly Uint8Array[];
  readonly bytes: number;
  readonly resolve: (outcome: AppendOutcome) => void;
}

const DEFAULT_LIMIT_BYTES = 1024 ** 3;
const DEFAULT_FILE_BYTES = 16 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;
/** An idle journal keeps no more than this of what the store has. */
const IDLE_BYTES = 64 * 1024;

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? 'UNKNOWN';

/**
 * Opens the write side. One commit begins as soon as the last one's fdatasync returned, and takes all that came
 * meanwhile: a timer would only add its length to each acknowledgement (measured).
 */
export const openJournal = async (options: JournalOptions): Promise<Journal> => {
  const { files, directory, limitBytes = DEFAULT_LIMIT_BYTES, fileBytes = DEFAULT_FILE_BYTES } = options;
  await files.makeDirectory(directory);
  const recovered = await recover(files, directory, options.onProgress ?? (() => undefined));
  if (recovered.corruptRecords > 0) options.onCorrupt?.(recovered.corruptRecords);

  const listeners: ((end: JournalPosition) => void)[] = [];
  const sizes = new Map(recovered.sizes);
  let fileNumber = recovered.nextFile;
  let file: AppendableFile | null = null;
  let offset = FILE_HEADER_BYTES;
  /** Set after a failed write or sync: the file may hold more than was acknowledged. */
  let doubtful = false;
  let queue: Waiting[] = [];
  let queuedBytes = 0;
  let failure: string | null = null;
  let running: Promise<void> | null = null;
  let closed = false;

  const heldBytes = (): number => [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);

  const openFile = async (): Promise<AppendableFile> => {
    const opened = await files.open(`${directory}/${fileName(fileNumber)}`);
    try {
      await opened.truncate(0);
      await opened.writeAt([encodeFileHeader(fileNumber)], 0);
      await opened.datasync();
      await files.syncDirectory(directory);
    } catch (error) {
      await opened.close();
      throw error;
    }
    offset = FILE_HEADER_BYTES;
    return opened;
  };

  const nextFile = async (): Promise<void> => {
    await file?.close();
    file = null;
    fileNumber++;
    offset = FILE_HEADER_BYTES;
  };

  /** Takes back what a failed commit may have left; after that sync fails once, the page cache can't be trusted, so the file ends here. */
  const heal = async (): Promise<void> => {
    if (!doubtful || file === null) return;
    await file.truncate(offset);
    await file.datasync();
    doubtful = false;
    await nextFile();
  };

  const commit = async (group: readonly Waiting[]): Promise<void> => {
    await heal();
    if (offset >= fileBytes) await nextFile();
    file ??= await openFile();
    doubtful = true;
    await file.writeAt(
      group.flatMap((waiting) => waiting.parts),
      offset,
    );
    await file.datasync();
    doubtful = false;
    for (const waiting of group) offset += waiting.bytes;
    sizes.set(fileNumber, offset);
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      const group = queue;
      queue = [];
      let outcome: AppendOutcome = { status: 'durable' };
      try {
        await commit(group);
        failure = null;
      } catch (error) {
        failure = codeOf(error);
        outcome = { status: 'failed', code: failure };
      }
      for (const waiting of group) {
        queuedBytes -= waiting.bytes;
        waiting.resolve(outcome);
      }
      if (outcome.status === 'durable') for (const listener of listeners) listener({ file: fileNumber, offset });
    }
  };

  const start = (): void => {
    running ??= run().finally(() => {
      running = null;
      if (queue.length > 0) start();
    });
  };

  const append = (record: JournalRecord): Promise<AppendOutcome> => {
    const parts = encodeRecord(record);
    const bytes = parts[0].length + parts[1].length;
    if (closed) return Promise.resolve({ status: 'failed', code: 'CLOSED' });
    if (heldBytes() + queuedBytes + bytes > limitBytes)
      return Promise.resolve({ status: 'full', retryAfterSeconds: RETRY_AFTER_SECONDS });
    return new Promise((resolve) => {
      queue.push({ parts, bytes, resolve });
      queuedBytes += bytes;
      start();
    });
  };

  const release = async (position: JournalPosition): Promise<void> => {
    if (running === null && position.file === fileNumber && position.offset === offset && offset > IDLE_BYTES) {
      await nextFile();
      return release({ file: fileNumber, offset });
    }
    await writeCheckpoint(files, directory, position);
    const released = [...sizes.keys()].filter((number) => number < position.file);
    for (const number of released) {
      await files.remove(`${directory}/${fileName(number)}`);
      sizes.delete(number);
    }
    if (released.length > 0) await files.syncDirectory(directory);
  };

  return {
    append,
    onDurable(listener) {
      listeners.push(listener);
    },
    release,
    start: () => recovered.start,
    end: () => ({ file: fileNumber, offset }),
    health: () => ({
      status: failure === null ? 'healthy' : 'degraded',
      code: failure,
      bytes: heldBytes() + queuedBytes,
      limitBytes,
      files: sizes.size,
    }),
    async close() {
      closed = true;
      await running;
      await file?.close();
      file = null;
    },
  };
};
