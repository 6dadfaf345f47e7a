export type {
  AppendOutcome,
  BacklogReader,
  Journal,
  JournalBatch,
  JournalHealth,
  JournalPosition,
  JournalReader,
  JournalRecord,
} from './journal.js';
export { type DirectoryLock, lockDirectory } from './lock-directory.js';
export { type Keep, shareKeep } from './share-keep.js';
export { type JournalOptions, openJournal } from './open-journal.js';
export { firstJournalFile } from './first-journal-file.js';
export { type JournalReaderOptions, openJournalReader } from './open-journal-reader.js';
