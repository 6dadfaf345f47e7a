import { crc32 } from 'node:zlib';

/** "NVS1", the CRC-32 of the request, the request. */
const MAGIC = 0x4e565331;
const HEADER_BYTES = 8;

export const RECORD_OVERHEAD_BYTES = HEADER_BYTES;

export const encodeRecord = (request: Uint8Array): Uint8Array => {
  const record = new Uint8Array(HEADER_BYTES + request.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, crc32(request));
  record.set(request, HEADER_BYTES);
  return record;
};

/** Null: it isn't what was written. */
export const decodeRecord = (record: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null => {
  if (record.length < HEADER_BYTES) return null;
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const request = record.subarray(HEADER_BYTES);
  return view.getUint32(0) === MAGIC && view.getUint32(4) === crc32(request) ? request : null;
};

/** What a file's name says of the batch in it. */
export interface RecordName {
  readonly name: string;
  readonly spooledUnixMillis: number;
  readonly spanCount: number;
}

const NAME = /^(\d{14})-(\d{8})-(\d{1,9})\.batch$/;

/** Names are ordered as batches came. */
export const recordName = (spooledUnixMillis: number, sequence: number, spanCount: number): RecordName => ({
  name: `${String(spooledUnixMillis).padStart(14, '0')}-${String(sequence).padStart(8, '0')}-${String(spanCount)}.batch`,
  spooledUnixMillis,
  spanCount,
});

export const parseRecordName = (name: string): RecordName | null => {
  const match = NAME.exec(name);
  return match === null ? null : { name, spooledUnixMillis: Number(match[1]), spanCount: Number(match[3]) };
};
