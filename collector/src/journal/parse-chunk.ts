import { findRecord, recordAt } from './find-record.js';
import type { JournalRecord } from './journal.js';
import { decodeRecord, RECORD_HEAD_BYTES, recordBytes } from './record-codec.js';

export interface ParsedChunk {
  readonly records: readonly JournalRecord[];
  /** Damaged stretches that were left out. */
  readonly corrupt: number;
  /** Up to here the chunk is done; 0: it holds not even the first record, or what follows its damage. */
  readonly used: number;
  /** What would have to be read for the first record; only where `used` is 0. */
  readonly neededBytes: number;
}

export interface Chunk {
  readonly bytes: Buffer;
  /** Of the chunk's first byte, in the file. */
  readonly offset: number;
  /** From there to the end of what is durable. */
  readonly availableBytes: number;
  readonly salt: number;
}

/** Reads records off a chunk of durable bytes; what does not fit its checksum was damaged later. */
export const parseChunk = ({ bytes, offset, availableBytes, salt }: Chunk): ParsedChunk => {
  const records: JournalRecord[] = [];
  const isAll = bytes.length >= availableBytes;
  let corrupt = 0;
  let used = 0;
  let neededBytes = 0;
  while (used < bytes.length) {
    const length = recordBytes(bytes, used, availableBytes - used);
    const isCut = length === null ? !isAll && used + RECORD_HEAD_BYTES > bytes.length : used + length > bytes.length;
    if (isCut) {
      neededBytes = length ?? RECORD_HEAD_BYTES;
      break;
    }
    const found = recordAt(bytes, used, salt) ?? findRecord(bytes, used + 1, offset, salt);
    if (found === null && !isAll) {
      neededBytes = availableBytes;
      break;
    }
    const record = found === null ? null : decodeRecord(bytes, found.start, found.end);
    if (record === null || found?.start !== used) corrupt++;
    if (record !== null) records.push(record);
    used = found?.end ?? bytes.length;
  }
  return { records, corrupt, used, neededBytes: used === 0 ? neededBytes : 0 };
};
