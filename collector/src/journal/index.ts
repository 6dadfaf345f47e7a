export type { AppendOutcome, Journal, JournalBatch, JournalHealth, JournalPosition, JournalReader, JournalRecord } from './journal.js';
