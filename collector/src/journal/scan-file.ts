import { FILE_HEADER_BYTES } from './file-header.js';
import { findRecord, type FoundRecord, recordAt } from './find-record.js';
import { groupStartOf } from './record-codec.js';

export interface ScannedFile {
  /** Where the file has to end. */
  readonly end: number;
  /** Damaged stretches of what was once durable; each held at least one record. */
  readonly corrupt: number;
}

const wholeRecords = (bytes: Buffer, salt: number): FoundRecord[] => {
  const found: FoundRecord[] = [];
  for (let at = FILE_HEADER_BYTES; at < bytes.length;) {
    const record = recordAt(bytes, at, salt) ?? findRecord(bytes, at + 1, 0, salt);
    if (record === null) break;
    found.push(record);
    at = record.end;
  }
  return found;
};

/**
 * Tells a torn tail, which is cut, from later damage, behind which the records are kept. Of what was durable a later
 * commit or the next file bears witness: the group start in each record, and `knownEnd`, null where no file follows.
 */
export const scanFile = (content: Buffer, salt: number, knownEnd: number | null): ScannedFile => {
  const bytes = knownEnd === null ? content : content.subarray(0, knownEnd);
  const records = wholeRecords(bytes, salt);
  const witnessed = records.reduce((max, { start }) => Math.max(max, groupStartOf(bytes, start)), knownEnd ?? 0);
  let end = FILE_HEADER_BYTES;
  let corrupt = 0;
  for (const record of records) {
    if (record.start !== end) {
      if (end >= witnessed) break;
      corrupt++;
    }
    end = record.end;
  }
  if (end >= witnessed) return { end, corrupt };
  return { end: bytes.length, corrupt: corrupt + 1 };
};
