import type { Prices } from 'noveum-proto';

import type { JournalRecord } from './journal/index.js';
import { createPayloadArena, createRecordSplitter, fragmentsOf } from './normalise/index.js';
import { isStorageFault } from './store-fault.js';
import type { TraceChange, TraceWriter, WriteReport } from './store/index.js';

export interface StoreRecordsOptions {
  readonly store: TraceWriter;
  readonly prices: Prices | null;
  /** Keeps a record that can't be stored; durable once it resolves. */
  readonly setAside: (record: JournalRecord) => Promise<void>;
  /** About so many bytes of records are one commit of the store. */
  readonly commitBytes: number;
}

/** What became of records that were stored. */
export interface StoredRecords extends WriteReport {
  /** Records so large that they took several commits. */
  readonly splitRecords: number;
}

type NoteChange = (change: TraceChange) => void;

interface Commit {
  readonly records: readonly JournalRecord[];
  /** The record that `records` is a part of; null: they are whole. */
  readonly partOf: JournalRecord | null;
}

/**
 * Makes a function that stores records in commits of about `commitBytes`, in order: what is made of a commit's spans
 * lives in memory together. Rejects with a fault of the storage; the same records can be stored again then, as what the
 * store holds of them already is known again.
 */
export const createStoreRecords = ({ store, prices, setAside, commitBytes }: StoreRecordsOptions) => {
  const arena = createPayloadArena();
  const split = createRecordSplitter(commitBytes);

  const partsOf = (record: JournalRecord): Iterable<JournalRecord> => {
    try {
      return split(record);
    } catch {
      // It can't be read as a whole either, and is set aside for it.
      return [record];
    }
  };

  const commitsOf = function* (records: readonly JournalRecord[]): Generator<Commit, void, undefined> {
    let gathered: JournalRecord[] = [];
    let bytes = 0;
    for (const record of records) {
      if (gathered.length > 0 && bytes + record.body.length > commitBytes) {
        yield { records: gathered, partOf: null };
        gathered = [];
        bytes = 0;
      }
      if (record.body.length > commitBytes)
        for (const part of partsOf(record)) yield { records: [part], partOf: part === record ? null : record };
      else {
        gathered.push(record);
        bytes += record.body.length;
      }
    }
    if (gathered.length > 0) yield { records: gathered, partOf: null };
  };

  return async (records: readonly JournalRecord[], note?: NoteChange): Promise<StoredRecords> => {
    const sum = { newTraces: 0, newSpans: 0, duplicateSpans: 0, erasedFragments: 0, splitRecords: 0 };
    let lastSplit: JournalRecord | null = null;
    let lastAside: JournalRecord | null = null;

    const write = async (some: readonly JournalRecord[]): Promise<void> => {
      arena.reset();
      const report = await store.write(
        some.flatMap((record) => fragmentsOf(record, arena, prices)),
        note,
      );
      sum.newTraces += report.newTraces;
      sum.newSpans += report.newSpans;
      sum.duplicateSpans += report.duplicateSpans;
      sum.erasedFragments += report.erasedFragments;
    };

    /** False where no stage understands them. */
    const couldWrite = async (some: readonly JournalRecord[]): Promise<boolean> => {
      try {
        await write(some);
        return true;
      } catch (error) {
        if (isStorageFault(error)) throw error;
        return false;
      }
    };

    for (const { partOf, records: some } of commitsOf(records)) {
      if (partOf !== null && partOf === lastAside) continue;
      if (partOf !== null && partOf !== lastSplit) {
        lastSplit = partOf;
        sum.splitRecords++;
      }
      if (await couldWrite(some)) continue;
      for (const record of some)
        if (partOf !== null || !(await couldWrite([record]))) await setAside((lastAside = partOf ?? record));
    }
    return sum;
  };
};
