import { startDrain, type Drain } from '../../../src/drain.js';
import type { Files } from '../../../src/files/index.js';
import { type Journal, type JournalPosition, openJournal, openJournalReader } from '../../../src/journal/index.js';
import { openEmbeddedWriter } from '../../../src/store/embedded/index.js';
import type { TraceWriter } from '../../../src/store/index.js';
import type { Clock } from './clock.js';
import type { Ledger } from './ledger.js';
import { below, type Random } from './random.js';
import { COMMIT_BYTES, RETENTION_DAYS } from './requests.js';

export interface LifeOptions {
  readonly files: Files;
  readonly journalDirectory: string;
  readonly storeDirectory: string;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: Random;
}

/** A collector's way of a request, from the journal to the store, as its composition root joins it. */
export interface Life {
  readonly journal: Journal;
  readonly writer: TraceWriter;
  readonly drain: Drain;
  /** Gives back to the journal what the store has, as the drain's host does each second. */
  readonly release: () => Promise<void>;
}

const readBack = async ({ files, journalDirectory, ledger }: LifeOptions, journal: Journal): Promise<void> => {
  const reader = await openJournalReader({ files, directory: journalDirectory });
  for (let position = journal.start(); ;) {
    const batch = await reader.read(position, journal.end(), 2000);
    if (batch === null) return;
    if (batch.corrupt > 0) throw new Error('the journal found damage, and the disk made none');
    for (const record of batch.records) ledger.recovered(record);
    position = batch.end;
  }
};

/** `onWriter`: the writer is open, and has to be closed even if the rest of the start is never reached. */
export const beginLife = async (options: LifeOptions, onWriter: (writer: TraceWriter) => void): Promise<Life> => {
  const { files, journalDirectory, storeDirectory, clock, random } = options;
  const journal = await openJournal({
    files,
    directory: journalDirectory,
    fileBytes: 4096,
    limitBytes: 60_000,
    later: (millis, task) => void clock.later(millis, task),
    newSalt: () => below(random, 2 ** 32),
    onCorrupt: () => {
      throw new Error('the journal found damage, and the disk made none');
    },
  });
  await readBack(options, journal);
  const retention = { days: RETENTION_DAYS, bytes: 0 };
  const writer = await openEmbeddedWriter({ files, directory: storeDirectory, retention });
  onWriter(writer);
  const reader = await openJournalReader({ files, directory: journalDirectory });
  let stored: JournalPosition = journal.start();
  const drain = startDrain({
    journal: reader,
    store: writer,
    start: stored,
    now: clock.now,
    later: clock.later,
    batchBytes: 600 + below(random, 4000),
    commitBytes: COMMIT_BYTES,
    memoryBytes: 8192,
    onProgress: ({ position }) => {
      stored = position;
    },
    onFault: () => undefined,
    setAside: () => Promise.reject(new Error('every request here can be stored')),
  });
  drain.advance(journal.end());
  journal.onDurable((end) => drain.advance(end));
  return { journal, writer, drain, release: () => journal.release(stored) };
};
